/**
 * The calls that wait, as a web page for people with a signed token. It is plain HTML: it runs no script, so nothing in
 * the arguments of a call can act for the person who reads them.
 */
import { createHash } from 'node:crypto';
import { escapeUnseen, printedJson } from '../../workspace/printed-json.js';
import { choicesAmong } from '../choices.js';
import type { PolicyChange } from '../policy-changes.js';
import type { EarlierCall, HeldCall } from '../held-calls.js';

/** What a person may answer. */
export interface Shown {
    readonly id: string;
    /** The digest of what the person sees. */
    readonly digest: string;
}

/** A changed policy. */
export interface ShownChange extends Shown, PolicyChange {}

export interface PageContent {
    readonly status: number;
    /** What happened to the request, in one sentence. */
    readonly message?: string;
    /** The person and the calls that wait; undefined for somebody who has not proved who they are. */
    readonly person?: {
        readonly human: string;
        readonly waiting: readonly HeldCall[];
        readonly change?: ShownChange;
        /** A token that only the form about this, on this page, has. */
        readonly pageToken: (shown: Shown) => string;
        /** The token that the person typed in, which the next request needs again. */
        readonly token?: string;
    };
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
article { border: 1px solid; border-radius: 0.5rem; padding: 0 1rem 1rem; margin: 1rem 0; }
pre { border: 1px solid; padding: 0.5rem; white-space: pre-wrap; }
dt { font-weight: bold; }
dd { margin: 0 0 0.5rem; }
button, input, select { font: inherit; padding: 0.4rem 1rem; margin: 0.25rem 0.5rem 0.25rem 0; }
input { width: 100%; box-sizing: border-box; }
.message { border-left: 0.3rem solid; padding: 0.5rem 1rem; }
`;

/** The page loads nothing, runs no script, is not shown in a frame, and sends its form only to the gateway. */
const POLICY = [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'"
].join('; ');

const HEADERS = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    // With `no-referrer`, browsers would not say that a form comes from this page.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin'
};

export function approvalsPage({ status, message, person }: PageContent): Response {
    const role = status < 400 ? 'status' : 'alert';
    const said = message === undefined ? '' : `<p class="message" role="${role}">${text(message)}</p>`;
    const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Waiting calls - Guardrail</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Waiting calls</h1>
${said}
${person ? list(person) : SIGN_IN}
</main>
</body>
</html>
`;
    return new Response(html, { status, headers: HEADERS });
}

/** A password field, so that the token is not shown; the form is posted, so that it is in no address. */
const SIGN_IN = `<form method="post">
<p><label for="token">Your token</label>
<input id="token" name="token" type="password" required autocomplete="off" spellcheck="false"></p>
<button>Show the calls that wait</button>
</form>`;

function list({ human, waiting, change, pageToken, token }: NonNullable<PageContent['person']>): string {
    const calls = waiting.map((call) => article(call, formOf(call, pageToken(call), token))).join('\n');
    return `<p>You are <strong>${text(human)}</strong>.</p>
<form method="post">${hidden('token', token)}<button>Look again</button></form>
${change ? changeArticle(change, formOf(change, pageToken(change), token)) : ''}
${waiting.length === 0 ? '<p>No call waits.</p>' : calls}`;
}

/** The fields with which a form says what the person saw. */
function formOf({ id, digest }: Shown, page: string, token: string | undefined): string {
    return `<form method="post">${hidden('token', token)}${hidden('id', id)}${hidden('digest', digest)}${hidden('page', page)}`;
}

function changeArticle({ id, difference }: ShownChange, form: string): string {
    return `<article aria-labelledby="${text(id)}">
<h2 id="${text(id)}">The policy has changed</h2>
<p>The previous policy stays in force until somebody confirms the changed one.</p>
<pre tabindex="0" role="region" aria-label="The difference">${difference.split('\n').map(text).join('\n')}</pre>
${form}
<button name="answer" value="approve">Enforce the changed policy</button>
</form>
</article>`;
}

function article({ id, session, agent, tool, args, rules, since, before }: HeldCall, form: string): string {
    const title = `call-${text(id)}`;
    const button = (answer: string, words: string): string =>
        `<button name="answer" value="${answer}" aria-describedby="${title}">${words}</button>`;
    return `<article aria-labelledby="${title}">
<h2 id="${title}">${text(tool)}, call ${text(id)}</h2>
<dl>
<dt>Session</dt><dd>${text(session)}</dd>
${agent === undefined ? '' : `<dt>Agent</dt><dd>${text(agent)}</dd>`}
<dt>Since</dt><dd><time datetime="${text(since)}">${text(since)}</time></dd>
<dt>It waits because of</dt>
${rules.map((rule) => `<dd><code>${text(rule.text)}</code>${rule.because === undefined ? '' : `: ${text(rule.because)}`}</dd>`).join('\n')}
</dl>
<h3>All its arguments</h3>
<pre tabindex="0" role="region" aria-label="Arguments of call ${text(id)}">${markup(printedJson(args).trimEnd())}</pre>
<h3>Before it in the session</h3>
${before.length === 0 ? '<p>Nothing.</p>' : `<ol>\n${before.map(earlier).join('\n')}\n</ol>`}
${form}
${choices(choicesAmong(rules), title)}${button('approve', 'Approve this call')}
${button('deny', 'Deny this call')}
</form>
</article>`;
}

/** The first choice is the shortest. */
function choices(offered: readonly string[], title: string): string {
    const options = offered.map((choice) => `<option>${text(choice)}</option>`).join('');
    return options === ''
        ? ''
        : `<p><label>An approval is valid <select name="valid" aria-describedby="${title}">${options}</select></label></p>\n`;
}

function earlier({ tool, agent, args, decision, time }: EarlierCall): string {
    const by = agent === undefined ? '' : ` by ${text(agent)}`;
    return `<li>${decision}: <code>${text(tool)} ${text(args)}</code>${by}, <time datetime="${text(time)}">${text(time)}</time></li>`;
}

function hidden(name: string, value: string | undefined): string {
    return value === undefined ? '' : `<input type="hidden" name="${name}" value="${text(value)}">`;
}

/** Invisible characters are shown as dots, so that nobody approves something else than what they read. */
function text(value: string): string {
    return markup(escapeUnseen(value, () => '\u00b7'));
}

function markup(value: string): string {
    return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
