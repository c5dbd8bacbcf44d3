/* The floor: the countdowns, a sound when somebody is due, a word when the page has not heard from the server, keys that pick tables.

   Browsers keep a page mute until it was tapped, so that a sound that was left on waits for the first press. */

import { due } from "./countdown.js";

const SOUND = "deqi-floor-sound";
const AGAIN = 60_000; // milliseconds between two calls for the same table
const STALE = 40_000;
const SETTLES = 500; // as long as a finger may be on its way to where something else stood
const board = () => document.querySelector("[data-floor]");
const button = document.querySelector("[data-sound]");
const word = document.querySelector("[data-sound-word]");
const stale = document.querySelector("[data-stale]");
const staleFor = document.querySelector("[data-stale-for]");
const dueWord = document.querySelector("[data-due-word]");
const called = new Map(); // which countdown: when it was called last
let audio;
let heard = performance.now();
let order = drawn();

const wanted = () => localStorage.getItem(SOUND) === "on";
const sounds = () => wanted() && audio?.state === "running";

function beep() {
  [0, 0.25].forEach((delay) => {
    const tone = new OscillatorNode(audio, { frequency: 880 });
    const loudness = new GainNode(audio, { gain: 0.2 });
    tone.connect(loudness).connect(audio.destination);
    tone.start(audio.currentTime + delay);
    tone.stop(audio.currentTime + delay + 0.15);
  });
}

function show() {
  const on = sounds();
  word.textContent = on ? "Sound ON" : wanted() ? "Sound waits for a tap" : "Sound OFF";
  button.setAttribute("aria-pressed", String(on));
  button.lastElementChild.textContent = on ? "Turn sound off" : "Turn sound on";
}

async function wake() {
  audio ??= new AudioContext();
  await audio.resume();
  show();
}

async function toggle() {
  const on = sounds();
  localStorage.setItem(SOUND, on ? "off" : "on");
  if (!on) {
    await wake();
    beep();
  }
  show();
}

function call() {
  const calling = due().filter((digits) => performance.now() - (called.get(digits.dataset.until + digits.dataset.calls) ?? -AGAIN) >= AGAIN);
  if (!calling.length) return;
  calling.forEach((digits) => called.set(digits.dataset.until + digits.dataset.calls, performance.now()));
  dueWord.textContent = `${calling.map((digits) => digits.dataset.calls).join(", ")}: due now.`;
  if (sounds()) beep();
}

function watch() {
  const silent = performance.now() - heard;
  stale.hidden = silent < STALE;
  const minutes = Math.floor(silent / 60_000);
  const words = minutes > 1 ? `${minutes} minutes` : `${Math.floor(silent / 10_000) * 10} seconds`;
  if (!stale.hidden && staleFor.textContent !== words) staleFor.textContent = words;
}

function pick(event) {
  const card = event.target.closest("[data-pick]")?.closest("[data-row]");
  if (!card) return;
  document.querySelectorAll("[data-row]").forEach((row) => row.classList.toggle("is-current", row === card));
  card.focus();
  card.scrollIntoView({ block: "nearest" });
}

function drawn() {
  return [...document.querySelectorAll(".bed")].map((card) => card.id + card.classList.contains("bed--overdue")).join();
}

/* Cards that change places by themselves take no press for a moment: it was meant for another patient. */
function settle(pressed) {
  const before = order;
  order = drawn();
  if (pressed || order === before) return;
  document.body.classList.add("is-moving"); // the board itself may be drawn anew meanwhile
  setTimeout(() => document.body.classList.remove("is-moving"), SETTLES);
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.target === board()) heard = performance.now();
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.detail.target.matches("[data-floor]")) return;
  heard = performance.now();
  settle(event.detail.requestConfig.verb !== "get");
  call();
});
document.addEventListener("click", pick);
button.addEventListener("click", toggle);
if (wanted()) document.addEventListener("pointerdown", (event) => button.contains(event.target) || wake(), { once: true });
if (wanted()) document.addEventListener("keydown", wake, { once: true });
setInterval(() => {
  settle();
  call();
  watch();
}, 1000);
show();
