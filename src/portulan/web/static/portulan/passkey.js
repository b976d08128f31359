// The one script of Portulan: a browser gives a passkey in no other way (docs/adr/0053).
const form = document.querySelector("form[data-passkey]");

async function ask() {
  const options = JSON.parse(form.dataset.options);
  const key = PublicKeyCredential;
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey: key.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: key.parseRequestOptionsFromJSON(options) });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const credential = await ask();
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    document.querySelector("[data-refused]").hidden = false;
  }
});
