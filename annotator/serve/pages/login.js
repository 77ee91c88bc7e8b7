// Take the token from the link, or go on where a login is still valid.
"use strict";

const field = document.querySelector("#token");

function takeToken() {
  const token = location.hash.slice(1);
  if (!token) return false;
  // What follows "#" is not sent to the server. Nor shall it stay in the history of the browser.
  history.replaceState(null, "", location.pathname);
  field.value = token;
  field.form.submit();
  return true;
}

async function goOn() {
  // A link in a mail comes without the cookie, because another site opened it. This request has it.
  const answer = await fetch("/");
  if (answer.ok && new URL(answer.url).pathname !== "/login") location.replace("/");
}

window.addEventListener("hashchange", takeToken);
if (!takeToken()) goOn();
