// The page's own hands: clicks and keys become events for Python, and what Python sends back is
// opened, copied or saved. Runs once, with `element`, `trigger`, `props` and `watch` of gradio's HTML
// component. Nothing here builds markup, and nothing is sent anywhere but to this page's own server.

const WANTS = {
  ask: 'want_ask', without: 'want_without', show: 'want_show', fresh: 'want_fresh',
  open: 'want_open', close: 'want_close', original: 'want_original',
  copy: 'want_copy', save: 'want_save', find: 'want_find', read: 'want_read', back: 'want_back',
  meant: 'want_meant', table: 'want_table', ingest: 'want_ingest', keep: 'want_keep', forget: 'want_forget',
  row: 'want_row', place: 'want_place', list: 'want_list', report: 'want_report',
};
let opener = null; // what was clicked to open the article: the focus goes back to it
let listing = false; // a list was asked for by a link: its heading gets the focus once it is there
let shut = false; // the article was closed, and no other asked for since: one that comes late is closed, too
let resting = null; // what has the focus in rows that still grow: it keeps it when they are drawn anew
let copier = null; // what was clicked to copy: it says so once the text is there

const here = selector => document.querySelector(selector);
const typing = () => /^(input|textarea|select)$/i.test(document.activeElement?.tagName ?? '');
const say = (button, words) => {
  const before = button.textContent;
  button.textContent = words;
  setTimeout(() => { button.textContent = before; }, 1800);
};

// Browsers lend the clipboard to this computer and to https only; the old way works elsewhere, too.
async function copy(text) {
  const lent = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  if (lent) return;
  const box = document.body.appendChild(document.createElement('textarea'));
  box.value = text;
  box.select();
  document.execCommand('copy');
  box.remove();
}

// The address names what the page was opened with, until another question is asked or list is looked for.
function leave() {
  shut = true;
  if (location.search) history.replaceState(null, '', location.pathname);
}

function act(button) {
  const {do: what, value} = button.dataset;
  if (['ask', 'meant', 'without', 'fresh', 'back', 'find', 'row', 'list'].includes(what)) leave();
  if (what === 'link') {
    copy(`${location.origin}${location.pathname}?${value}`).then(() => say(button, 'Link copied'));
    return;
  }
  const opens = ['open', 'read', 'place'].includes(what);
  if (opens && !button.closest('.pane')) opener = button;
  if (opens) shut = false;
  if (what === 'close' || what === 'show') shut = true;
  if (what === 'copy') copier = button;
  listing = what === 'find' || what === 'list';
  trigger(WANTS[what], {value});
  if (what === 'close') opener?.focus();
  if (what === 'row') here('.ask')?.scrollIntoView({block: 'nearest'}); // the answer is shorter than the rows
  if (what === 'fresh' || what === 'back') here('.question textarea')?.focus();
}

document.addEventListener('click', event => {
  if (event.target.closest?.('.ask button:is(.primary, .find)')) {
    leave();
    listing = false;
  }
  if (event.target.closest?.('.list-buttons button')) {
    leave();
    listing = true;
  }
  const button = event.target.closest?.('[data-do]');
  if (!button || !(button.dataset.do in WANTS || button.dataset.do === 'link')) return;
  // a link to a list or a question may be opened in a tab of its own
  if ((event.ctrlKey || event.metaKey || event.shiftKey) && button.matches('a[href^="?"]')) return;
  event.preventDefault();
  act(button);
});

document.addEventListener('focusin', event => {
  const place = event.target.closest('.many :is([data-do], h2)');
  const {do: what, value} = place?.dataset ?? {};
  resting = place && `.many ${what ? `[data-do="${CSS.escape(what)}"][data-value="${CSS.escape(value)}"]` : 'h2'}`;
});
document.addEventListener('pointerdown', () => { resting = null; });

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Enter' && event.target.closest?.('.question')) leave();
  if (event.key === '/' && !typing()) {
    event.preventDefault();
    here('.question textarea')?.focus();
  }
  if (!here('.pane') || typing()) return;
  const key = {Escape: '[data-do=close]', ArrowLeft: '.previous', ArrowRight: '.next'}[event.key];
  const button = key && here(`.pane .bar ${key}`);
  if (button) { event.preventDefault(); act(button); }
});

// Python's side of the conversation: {do, ...} in this component's value.
watch('value', () => {
  const sent = props.value;
  if (!sent?.do) return;
  if (sent.do === 'copy') copy(sent.text).then(() => copier && say(copier, 'Copied'));
  if (sent.do === 'save') {
    const bytes = Uint8Array.from(atob(sent.data), character => character.charCodeAt(0));
    const file = URL.createObjectURL(new Blob([bytes], {type: 'application/octet-stream'}));
    const anchor = Object.assign(document.createElement('a'), {href: file, download: sent.name});
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(file), 10000);
  }
  if (sent.do === 'kept') {
    for (const star of document.querySelectorAll('[data-do=keep]')) {
      if (star.dataset.value !== sent.value) continue; // another question is shown by now
      star.textContent = sent.words;
      star.setAttribute('aria-pressed', String(sent.kept));
    }
  }
});

// Days are picked from a calendar; the article opens at the marked words, a list at its heading.
new MutationObserver(() => {
  document.querySelectorAll('.day input[type=text]').forEach(box => { box.type = 'date'; });
  const list = here('.list-found h2');
  if (list && !list.dataset.seen) {
    list.dataset.seen = 'yes';
    if (listing) {
      listing = false;
      list.focus({preventScroll: true});
      list.scrollIntoView({block: 'nearest'});
    }
  }
  if (resting && document.activeElement === document.body) here(resting)?.focus({preventScroll: true});
  const pane = here('.pane');
  const place = pane?.querySelector('mark.here');
  const mark = place ? `${pane.querySelector('h2')?.textContent}|${place.textContent}` : '';
  if (pane && mark !== pane.dataset.at) {
    pane.dataset.at = mark;
    if (shut) { trigger(WANTS.close, {value: ''}); return; }
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (place) pane.scrollTo({top: place.offsetTop - pane.clientHeight / 3, behavior: calm ? 'auto' : 'smooth'});
    else pane.scrollTo({top: 0});
    pane.focus({preventScroll: true});
  }
}).observe(document.body, {childList: true, subtree: true, characterData: true});

// Files may be dropped anywhere on the page.
const drop = () => here('.drop input[type=file]');
document.addEventListener('dragover', event => {
  if (drop() && [...event.dataTransfer.types].includes('Files')) {
    event.preventDefault();
    document.body.classList.add('dragging');
  }
});
document.addEventListener('dragleave', event => {
  if (!event.relatedTarget) document.body.classList.remove('dragging');
});
document.addEventListener('drop', event => {
  document.body.classList.remove('dragging');
  if (!drop() || event.defaultPrevented || !event.dataTransfer.files.length) return;
  event.preventDefault();
  drop().files = event.dataTransfer.files;
  drop().dispatchEvent(new Event('change', {bubbles: true}));
});
