/* What the site does by itself; without it everything can still be read. */

/* What is copied from a terminal is what somebody typed: no prompt, and none of the output. */
for (const block of document.querySelectorAll(".highlight:has(.gp)")) {
  const typed = block.textContent.split("\n").filter((line) => line.startsWith("$ "));
  block.dataset.copy = typed.map((line) => line.slice(2)).join("\n");
}

/* The list of rules, narrowed down. */
const filter = document.querySelector(".uw-filter");
if (filter) {
  const rules = [...document.querySelectorAll(".uw-rules > li")];
  const asked = new URLSearchParams(location.search);
  const narrow = () => {
    const wanted = Object.fromEntries(new FormData(filter));
    const words = wanted.q.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (rule) =>
      words.every((word) => rule.textContent.toLowerCase().includes(word)) &&
      ["group", "severity", "profile", "fix"].every((name) => !wanted[name] || rule.dataset[name].split(" ").includes(wanted[name]));
    for (const rule of rules) rule.hidden = !fits(rule);
    for (const list of document.querySelectorAll(".uw-rules")) {
      list.hidden = list.previousElementSibling.hidden = !list.querySelector(":scope > li:not([hidden])");
    }
    const left = rules.filter((rule) => !rule.hidden).length;
    filter.querySelector("output").value = left ? `${left} of ${rules.length} rules` : "no rule is like that";
    const said = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
    if (location.protocol !== "file:") history.replaceState(null, "", `?${said}`.replace(/^\?$/, location.pathname) + location.hash);
  };
  for (const field of filter.elements) if (asked.has(field.name)) field.value = asked.get(field.name);
  filter.addEventListener("input", narrow);
  filter.addEventListener("submit", (event) => event.preventDefault());
  filter.hidden = false;
  narrow();
}

/* Opened from a disk, without a server: a folder is not its page, and a script may not start a worker. */
if (location.protocol === "file:") {
  const page = (address) => {
    const url = new URL(address);
    if (url.protocol === "file:" && url.pathname.endsWith("/")) url.pathname += "index.html";
    return url.href;
  };
  const lead = (event) => {
    const link = event.target.closest?.("a[href]");
    if (link) link.href = page(link.href);
  };
  for (const kind of ["pointerdown", "click", "focusin"]) document.addEventListener(kind, lead, true);

  /* The worker of the search, in a frame. */
  window.Worker = class {
    #frame = document.createElement("iframe");
    #waiting = [];
    #ready = false;

    constructor(address) {
      this.#frame.hidden = true;
      document.body.append(this.#frame);
      const inside = this.#frame.contentWindow;
      inside.postMessage = (data) => setTimeout(() => this.onmessage?.({ data: structuredClone(data) }));
      const script = inside.document.createElement("script");
      script.src = new URL(address, location.href).href;
      script.onload = () => {
        this.#ready = true;
        for (const data of this.#waiting) this.postMessage(data);
      };
      script.onerror = (event) => this.onerror?.(event);
      inside.document.body.append(script);
    }

    postMessage(data) {
      if (this.#ready) setTimeout(() => this.#frame.contentWindow?.onmessage({ data: structuredClone(data) }));
      else this.#waiting.push(data);
    }

    terminate() {
      this.#frame.remove();
    }
  };
}
