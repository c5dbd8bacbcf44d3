/* Inside the frame of signin.js: tells the page around it who has signed in. */

const { user, name, token } = document.body.dataset;
if (parent !== window) parent.postMessage({ signedIn: { user, name, token } }, location.origin);
else location.replace("/");
