/* Shows the description with Swagger UI; everything comes from this server. */
"use strict";

(() => {
  const place = document.getElementById("operations");
  window.SwaggerUIBundle({
    url: place.dataset.description,
    domNode: place,
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    filter: true,
    persistAuthorization: false,
    validatorUrl: null,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
  // Swagger UI has a dark side of its own, which a class on the root switches on.
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const shade = () => {
    const chosen = root.dataset.theme;
    root.classList.toggle("dark-mode", chosen === "dark" || (chosen !== "light" && system.matches));
  };
  system.addEventListener("change", shade);
  shade();
})();
