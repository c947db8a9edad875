// The theme at once, "/" to search, arrows in results, closing menus, telling failures. Every page works without it.
const all = (selector) => [...document.querySelectorAll(selector)];
const toasts = () => document.getElementById("toasts");

function showTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  all("[data-theme-switch] button").forEach((button) => button.setAttribute("aria-pressed", button.value === theme));
}

function focusSearch() {
  const field = all("[data-find]").find((element) => element.checkVisibility());
  if (!field) return false;
  if (field.href) field.click();
  else field.select();
  field.focus();
  return true;
}

/** Move from the field into its results and through them; back up into the field from the first one. */
function moveInResults(from, step) {
  const scope = from.closest("[data-search]");
  const stops = scope ? [scope.querySelector("[data-find]"), ...scope.querySelectorAll("[data-hits] :is(a, .hit)")] : [];
  const next = stops[stops.indexOf(from) + step];
  if (next) next.focus();
  return Boolean(next);
}

/** Keep what was looked for when it is sent off or leads somewhere. The page is being left: the request outlives it. */
function remember({ target, type }) {
  const scope = target.closest("[data-remember]");
  const q = scope?.querySelector("[data-find]").value;
  if (!q || (type === "click" && !target.closest("[data-hits] a"))) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  fetch(scope.dataset.remember, { method: "POST", keepalive: true, headers, body: new URLSearchParams({ q }) });
}

function close(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

function leave(target) {
  const menu = target.closest("details.menu[open]") ?? document.querySelector("details.menu[open]");
  const clear = target.closest("[data-search]") && target.closest(".find");
  if (menu) close(menu);
  else if (clear) document.activeElement.blur();
  else toasts()?.replaceChildren();
}

function tell(text) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = text;
  toasts()?.replaceChildren(toast);
}

// A page that comes back from the browser's memory may be older than the choice.
addEventListener("pageshow", (event) => {
  const kept = document.cookie.match(/(?:^|; )theme=(system|light|dark)/);
  if (event.persisted && kept) showTheme(kept[1]);
});

document.addEventListener("click", remember);
document.addEventListener("submit", remember);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-switch] button");
  if (button) showTheme(button.value);
  all("details.menu[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !typing && focusSearch()) event.preventDefault();
  else if (step && moveInResults(event.target, step)) event.preventDefault();
  else if (event.key === "Escape") leave(event.target);
});

// What a swap of the results changed is said once, in the region that was there all the time.
document.addEventListener("htmx:afterSettle", (event) => {
  const said = event.target.closest("[data-speaks], [data-search]")?.querySelector("[data-said]");
  const say = event.target.closest("[data-say]") ?? event.target.querySelector("[data-say]");
  if (said && say) said.textContent = say.dataset.say;
});

// A new profile keeps the time of the place it was made in.
all("[data-time-zone]").forEach((field) => (field.value = Intl.DateTimeFormat().resolvedOptions().timeZone));

document.addEventListener("htmx:responseError", () => tell(toasts()?.dataset.refused));
document.addEventListener("htmx:sendError", () => tell(toasts()?.dataset.unreachable));
document.addEventListener("htmx:timeout", () => tell(toasts()?.dataset.unreachable));
