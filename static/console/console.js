/* Keys that markup declares, menus that close, texts that fill in. Every page works without this file. */
"use strict";

(() => {
  const WAIT_FOR_SECOND_KEY = 900;
  const LEASE_WARNS = 180;
  let firstKey = "";
  let firstKeyTimer = 0;

  const isTyping = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable || element.matches("textarea, select, input:not([type=radio]):not([type=checkbox])"));

  // What this person chose in the place of the usual keys, by those.
  const own = JSON.parse(document.body.dataset.keys || "{}");
  const keyOf = (usual) => own[usual] || usual;

  const rekey = (root) => {
    for (const element of root.querySelectorAll("[data-key]:not([data-usual-key])")) {
      const usual = element.dataset.key;
      element.dataset.usualKey = usual;
      element.dataset.key = keyOf(usual);
      const label = element.id && document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
      for (const cap of (element.closest("label, .search") || element).querySelectorAll("kbd")) show(cap, usual);
      for (const cap of label ? label.querySelectorAll("kbd") : []) show(cap, usual);
    }
  };

  const show = (cap, usual) => {
    if (cap.textContent.toLowerCase() === usual) cap.textContent = keyOf(usual).toUpperCase();
  };

  const isShown = (element) => element.offsetParent !== null || element.getClientRects().length > 0;

  const target = (keys) =>
    [...document.querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key.toLowerCase() === keys && !element.disabled && isShown(element),
    );

  const fire = (element) => {
    if (element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) {
      element.focus();
      element.select?.();
      return;
    }
    element.click();
    if (element.matches("input")) element.focus();
  };

  const forget = () => {
    firstKey = "";
    clearTimeout(firstKeyTimer);
  };

  document.addEventListener("keydown", (event) => {
    // While an input method composes, keys belong to it (229 is what older engines say then).
    if (event.isComposing || event.keyCode === 229 || event.altKey) return;
    if (event.key === "Escape") return leave();
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return send(event);
    if (event.ctrlKey || event.metaKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const found = (firstKey && target(`${firstKey} ${key}`)) || target(key);
    const begins = !firstKey && document.querySelector(`[data-key^="${CSS.escape(key)} "]`);
    forget();
    if (found) {
      event.preventDefault();
      fire(found);
    } else if (key === keyOf("j") || key === keyOf("k")) {
      if (toRow(key === keyOf("j") ? 1 : -1)) event.preventDefault();
    } else if (begins) {
      firstKey = key;
      firstKeyTimer = setTimeout(forget, WAIT_FOR_SECOND_KEY);
    }
  });

  const rows = () => [...document.querySelectorAll(".list .row-link")].filter(isShown);

  // The row under the focus, or else the first or the last, is where one goes on from.
  const toRow = (step) => {
    const links = rows();
    const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, here + step));
    links[next]?.focus();
    return links.length > 0;
  };

  const leave = () => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    if (isTyping(document.activeElement)) document.activeElement.blur();
  };

  // Ctrl+Enter sends the form one is typing in, or the decision that is prepared.
  const send = (event) => {
    const form = event.target.closest?.("form[data-sends]") || document.querySelector("form[data-sends=decision]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
    // What is sent is not written in any more: the next key is one of the page's.
    if (form.checkValidity()) document.activeElement?.blur();
  };

  // What was refused is where one goes on writing.
  document.addEventListener("htmx:afterSettle", (event) => event.target.querySelector("[aria-invalid=true]")?.focus());

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const opener = event.target.closest("[data-opens]");
    if (opener) openKeys(document.getElementById(opener.dataset.opens));
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.parentElement.remove();
    const copied = event.target.closest("[data-copies]");
    if (copied) copy(copied);
  });

  const openKeys = (dialog) => {
    const list = dialog.querySelector("[data-keys-list]");
    const entries = [...document.querySelectorAll("[data-key-label]")]
      .filter((element) => isShown(element) || element.closest("details"))
      .map((element) => [element.dataset.keyLabel, element.dataset.key]);
    if (rows().length) entries.push([dialog.dataset.nextRow, keyOf("j")], [dialog.dataset.previousRow, keyOf("k")]);
    list.replaceChildren(
      ...[...new Map(entries.map((entry) => [entry.join(), entry])).values()].map(([label, combination]) => {
        const row = document.createElement("div");
        const name = document.createElement("dt");
        const keys = document.createElement("dd");
        name.textContent = label;
        for (const key of combination.split(" ")) {
          const cap = document.createElement("kbd");
          cap.textContent = key.length === 1 ? key.toUpperCase() : key;
          keys.append(cap, " ");
        }
        row.append(name, keys);
        return row;
      }),
    );
    dialog.showModal();
  };

  const copy = async (element) => {
    await navigator.clipboard?.writeText(element.dataset.copies);
    element.dataset.copied = "";
    setTimeout(() => delete element.dataset.copied, 1200);
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-checks]")) {
      for (const box of document.getElementsByName(event.target.dataset.checks)) box.checked = event.target.checked;
    }
  });

  // A reason brings its standard text, unless somebody has written another already.
  const bring = (select) => {
    const text = select?.selectedOptions[0]?.dataset.text;
    const field = select?.form.elements[select.dataset.fills];
    if (!text || !field) return;
    if (field.value === "" || field.value === field.dataset.standard) field.value = text;
    field.dataset.standard = text;
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-fills]")) bring(event.target);
    if (event.target.matches("input[name=outcome]")) {
      bring(event.target.form.querySelector(`select[name=reason_${CSS.escape(event.target.value)}]`));
    }
  });

  // Countdowns count between renewals; the server alone decides when they are over.
  setInterval(() => {
    for (const element of document.querySelectorAll("[data-until]")) {
      const seconds = Math.max(0, Math.round((Date.parse(element.dataset.until) - Date.now()) / 1000));
      if (seconds < 24 * 3600) element.textContent = clock(seconds);
      // The page renews the lease by itself: when so little is left, it could not.
      element.closest(".lease")?.classList.toggle("lease-late", seconds < LEASE_WARNS);
    }
    for (const form of document.querySelectorAll("form[data-ends]")) {
      if (Date.parse(form.dataset.ends) <= Date.now()) form.remove();
    }
  }, 1000);

  const clock = (seconds) => {
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    return hours ? `${hours}:${rest}` : rest;
  };

  // What only works with a script shows itself only when there is one.
  const reveal = (root) => {
    rekey(root);
    for (const element of root.querySelectorAll("[data-dismiss], [data-opens], [data-copies], [data-checks]")) element.hidden = false;
  };
  reveal(document);
  document.addEventListener("htmx:load", (event) => reveal(event.target));
})();
