// Lighthouse on pages behind the door: `node meter.mjs CHROMIUM BASE USERNAME PASSWORD PATH...`, prints a line of JSON for each.
import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const [executablePath, base, username, password, ...paths] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath,
  args: [
    ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
  ],
});
try {
  const page = await browser.newPage();
  await page.goto(`${base}/sign-in/`);
  await page.type("[name=username]", username);
  await page.type("[name=password]", password);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  const flags = {
    output: "json",
    logLevel: "error",
    // The session is a cookie: emptied, the door would be measured.
    disableStorageReset: true,
    onlyCategories: ["performance", "accessibility", "best-practices"],
  };
  for (const path of paths) {
    const { lhr } = await lighthouse(base + path, flags, desktopConfig, page);
    const scores = Object.fromEntries(
      Object.entries(lhr.categories).map(([name, { score }]) => [name, score === null ? null : Math.round(100 * score)]),
    );
    const weighed = Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0));
    const short = [...new Set(weighed.map(({ id }) => id))]
      .map((id) => lhr.audits[id])
      .filter(({ score }) => score !== null && score < 0.9)
      .map(({ id, displayValue }) => (displayValue ? `${id}: ${displayValue}` : id));
    const bytes = Math.round(lhr.audits["total-byte-weight"]?.numericValue ?? 0);
    console.log(JSON.stringify({ path, ended: lhr.finalDisplayedUrl, scores, short, bytes, error: lhr.runtimeError?.message }));
  }
} finally {
  await browser.close();
}
