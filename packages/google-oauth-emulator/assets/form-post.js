// Sends the one form of the page. A script of its own file, since the page's policy allows no other.
const form = document.querySelector('form');
if (form !== null) HTMLFormElement.prototype.submit.call(form);
