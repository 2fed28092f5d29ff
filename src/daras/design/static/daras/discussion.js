// A part of the page in which somebody is typing, or has a form open, is not replaced by what others have written; it is
// fetched once they have finished. Without this file and htmx the page is loaded again by its link.
let missed = false;

const inUse = (part) =>
  part.contains(document.activeElement) ||
  part.querySelector("details[open] form") !== null ||
  [...part.querySelectorAll("textarea, input:not([type=hidden])")].some((field) =>
    field.type === "radio" || field.type === "checkbox"
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue,
  );

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const part = event.detail.target;
  if (part.id.startsWith("live-") && inUse(part)) {
    event.detail.shouldSwap = false;
    missed = true;
  }
});

const finished = () => {
  if (missed) {
    missed = false;
    document.getElementById("stand").value = "0";
  }
};
document.addEventListener("toggle", finished, true);
document.addEventListener("focusout", finished);
