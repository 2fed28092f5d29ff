// Shows a question of a form when the answer that calls for it is chosen. Without this file all of them stand there.
const wanted = (rule) => rule.split(";").map((part) => part.split("="));
const chosen = (name, values) =>
  [...document.getElementsByName(name)].some((field) =>
    values.includes(field.value) && (field.type === "radio" || field.type === "checkbox" ? field.checked : true));
const questions = [...document.querySelectorAll("[data-shows-when]")];
const show = () => {
  for (const question of questions) {
    question.hidden = !wanted(question.dataset.showsWhen).some(([name, values]) => chosen(name, values.split(",")));
  }
};
document.addEventListener("change", show);
show();
