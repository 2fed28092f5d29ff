// Passkeys: asks the browser for one and sends what it answers. Without this file, codes do the same work.
// A form says what it is for: data-passkey="create", "get", or the address to fetch the question from.
const said = (form) => form.querySelector("[data-passkey-said]");

function say(form, words) {
  const place = said(form);
  place.textContent = words;
  place.hidden = false;
}

async function question(form) {
  if (form.dataset.passkeyFrom) {
    const answer = await fetch(form.dataset.passkeyFrom, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    if (!answer.ok) throw new Error("no question");
    return (await answer.json()).request_options.publicKey;
  }
  const asked = JSON.parse(document.getElementById(form.dataset.passkeyQuestion).textContent);
  return asked.publicKey;
}

async function make(asked) {
  asked.authenticatorSelection = { ...asked.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
}

async function show(asked) {
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseRequestOptionsFromJSON) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    const held = form.querySelector('input[name="credential"]');
    if (held.value) return;
    event.preventDefault();
    try {
      const asked = await question(form);
      const credential = await (form.dataset.passkey === "create" ? make(asked) : show(asked));
      held.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (problem) {
      say(form, "No passkey was given. Nothing has changed: try again, or use another way.");
    }
  });
}
