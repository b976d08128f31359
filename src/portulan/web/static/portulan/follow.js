// The screen of a room follows who writes: it asks what changed, and is told 304 when nothing did.
// Nothing needs it: "Actualiser" does the same (docs/adr/0146).
const room = document.querySelector("[data-turn]");
const form = document.querySelector("form[method=post] [name=practice]");

async function look() {
  try {
    const headers = { "If-None-Match": room.dataset.turn };
    const found = await fetch(location.href, { headers, cache: "no-store" });
    if (found.status !== 304) return location.reload();
  } catch {
    // The network comes back or not: it is asked again.
  }
  setTimeout(look, 4000);
}

if (room && !form) setTimeout(look, 4000);
