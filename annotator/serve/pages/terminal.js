// Show the screen: choose a size that fits, load the terminal, give it the focus, and say why it has ended.
"use strict";

const COLUMNS = 60; // the screen needs 60 × 20 characters
const ROWS = 20;
const LARGEST = 16;
const SMALLEST = 6;
const SILENCE = 40_000; // milliseconds; the server says every 15 seconds that it is there
const PAUSE = 1_000; // milliseconds in which a key was still meant for the screen that has ended
const LOST = "The connection to the server was lost. Every key that the screen showed is saved.";

const TOO_LONG = "You pasted more text than the server takes at once. Nothing of it was entered; the rest is saved.";
const TOO_BIG = 1009; // the number by which a connection says that a message was too large
const PASTED = /^(\x1b\[200~)(.*)(\x1b\[201~)$/s;

const element = document.querySelector("#terminal");
let reason = "";
let shown = 0;
let heard = Date.now();

function fontSize() {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "100px 'Roboto Mono'";
  const sign = pen.measureText("W");
  const width = sign.width / 100;
  const height = (sign.fontBoundingBoxAscent + sign.fontBoundingBoxDescent) / 100;
  // A phone is turned; what fits its short side fits the other way too.
  const isPhone = matchMedia("(pointer: coarse)").matches;
  const across = isPhone ? Math.min(innerWidth, innerHeight) : innerWidth;
  const down = isPhone ? Math.max(innerWidth, innerHeight) : innerHeight;
  const size = Math.floor(Math.min(LARGEST, across / (COLUMNS * width), down / (ROWS * height)));
  return Math.max(SMALLEST, size);
}

function takeFocus() {
  const typed = document.querySelector(".xterm-helper-textarea");
  if (typed && !document.querySelector("#ended").open) typed.focus({ preventScroll: true });
}

function showEnd() {
  document.querySelector("#reason").textContent = reason || LOST;
  const dialog = document.querySelector("#ended");
  if (dialog.open) return;
  shown = performance.now();
  dialog.showModal();
}

// A pasted text is text: with a control sequence it could end the paste, and what follows would be keys.
function cleaned(data) {
  const [kind, text] = JSON.parse(data);
  const parts = kind === "stdin" && PASTED.exec(text);
  if (!parts) return data;
  return JSON.stringify([kind, parts[1] + parts[2].replaceAll("\x1b", "") + parts[3]]);
}

// A link in an article is text too; the terminal would open it on a click.
window.open = () => null;

// The terminal opens its connection itself, so its end is seen here.
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", (event) => {
      heard = Date.now();
      if (typeof event.data !== "string") return;
      const [kind, text] = JSON.parse(event.data);
      if (kind === "ended") reason = text;
    });
    this.addEventListener("close", (event) => {
      if (event.code === TOO_BIG) reason ||= TOO_LONG;
      showEnd();
    });
    // Where a network is gone, a connection does not end: without this, keys would lead nowhere unnoticed.
    setInterval(() => {
      if (Date.now() - heard > SILENCE) {
        this.close();
        showEnd();
      }
    }, 5_000);
  }

  send(given) {
    const data = cleaned(given);
    if (this.readyState === WebSocket.OPEN) super.send(data);
    else if (this.readyState === WebSocket.CONNECTING) {
      this.addEventListener("open", () => super.send(data), { once: true });
    }
  }
};

// The terminal would send ^V; the browser is to paste instead.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey && !event.altKey && event.key.toLowerCase() === "v") event.stopImmediatePropagation();
  },
  true,
);

async function start() {
  const fonts = ["16px", "bold 16px", "italic 16px"].map((font) => document.fonts.load(`${font} 'Roboto Mono'`));
  await Promise.allSettled(fonts);
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  element.dataset.sessionWebsocketUrl = `${scheme}//${location.host}/ws/${element.dataset.door}`;
  element.dataset.fontSize = fontSize();
  const script = document.createElement("script");
  script.src = "/static/js/textual.js";
  script.onload = () => {
    window.onload(); // the script begins when a page has loaded, and this one has
    takeFocus();
  };
  document.head.append(script);
}

// Esc would close the dialog and leave a screen that is dead.
document.querySelector("#ended").addEventListener("close", showEnd);
// An Enter of a burst would restart the screen, and the keys after it would go to another place than was meant.
document.querySelector("#ended").addEventListener(
  "click",
  (event) => {
    const isKey = event.detail === 0;
    if (isKey && performance.now() - shown < PAUSE) event.preventDefault();
    else if (event.target.id === "restart") location.reload();
  },
);
window.addEventListener("focus", takeFocus);
if (document.readyState === "complete") start();
else window.addEventListener("load", start, { once: true });
