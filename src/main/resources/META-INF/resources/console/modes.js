// A switch of three modes. It shows what the server says, not what was clicked; Enforcing is asked for twice.

const MODES = ['Paused', 'Advisory', 'Enforcing'];

function confirmed(question) {
  const dialog = document.getElementById('confirm');
  document.getElementById('confirm-text').textContent = question;
  return new Promise((resolve) => {
    const answer = (value) => () => { dialog.close(value); };
    document.getElementById('confirm-no').onclick = answer('no');
    document.getElementById('confirm-yes').onclick = answer('yes');
    dialog.onclose = () => resolve(dialog.returnValue === 'yes');
    dialog.returnValue = 'no';
    dialog.showModal();
    document.getElementById('confirm-no').focus();
  });
}

export class ModeSwitch {
  onError = () => {};
  onSuccess = () => {};
  #host;
  #inputs;
  #mode = null;
  #set;
  #question;

  /**
   * @param host the fieldset it stands in
   * @param set puts a mode on the server and gives what holds then; fails with the sentence to show
   * @param question what to ask before Enforcing
   */
  constructor(host, name, set, question) {
    this.#host = host;
    this.#set = set;
    this.#question = question;
    const row = document.createElement('div');
    row.className = 'segments';
    this.#inputs = MODES.map((mode) => {
      const input = Object.assign(document.createElement('input'), { type: 'radio', name, value: mode });
      const label = document.createElement('label');
      const span = Object.assign(document.createElement('span'), { textContent: mode });
      label.dataset.mode = mode;
      label.append(input, span);
      row.append(label);
      input.addEventListener('change', () => this.#ask(mode));
      return input;
    });
    host.append(row);
  }

  /**
   * @param mode what it is set to
   * @param inForce what holds of it, where a ceiling is lower
   */
  show(mode, inForce = mode) {
    this.#mode = mode;
    this.#host.disabled = false;
    for (const input of this.#inputs) {
      if (input.checked !== (input.value === mode)) input.checked = input.value === mode;
      input.parentElement.classList.toggle('capped', input.value === mode && mode !== inForce);
      input.parentElement.classList.toggle('in-force', input.value === inForce && mode !== inForce);
    }
  }

  async #ask(mode) {
    const before = this.#mode;
    this.show(before);
    if (mode === 'Enforcing' && !(await confirmed(this.#question()))) return;
    this.#host.disabled = true;
    try {
      const answer = await this.#set(mode);
      this.show(answer.mode, answer.modeInForce);
      this.onSuccess();
    } catch (error) {
      this.show(before);
      this.onError(error);
    } finally {
      this.#host.disabled = false;
    }
    this.#inputs.find((input) => input.checked)?.focus();
  }
}
