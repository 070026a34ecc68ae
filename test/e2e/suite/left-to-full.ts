/**
 * The tests that a build has no time for. Each is the slowest of its kind, and others of the kind stay. `npm run
 * test:e2e` runs all of them, also every night and as a part of `npm run test:deep`.
 */
export const LEFT_TO_FULL: readonly string[] = [
    'the mail assistant stays in the status bar while the log is open',
    'the mail assistant is legible in a light and in a high contrast theme',
    'the mail assistant is checked again after the server was restarted',
    'the mail assistant is checked only on demand if the author chooses this',
    'a new user gets a walkthrough',
    'tasks check policies, and report problems',
    'the page of a code is shown as a page if the settings ask for it',
    'real tools are decided differently after a change, and the session is shown',
    'the Test Explorer goes from the message to the session',
    'the Test Explorer can be cancelled',
    'the view of policies shows the session from the row',
    'the view of policies does not redraw rows that have not changed',
    'the view of policies reports that the server is not running, and starts it',
    'packs of packages show their documentation',
    'the trace view saves the diagram of the pane Policy as SVG',
    'the trace view saves the session, and shows the file without its policy',
    'the trace view opens a file on request',
    'the trace view describes the problem with a file in a sentence, and opens it as text',
    'the trace view stays responsive with a long session, and filters it',
    'fixing a claim in the session view follows the cursor to another claim, unless it is pinned',
    'the appearance of the trace view is unchanged in light, and does not violate WCAG 2.2',
    'the appearance of the trace view is unchanged in contrast-light, and does not violate WCAG 2.2',
    'the debugger shows the value of the condition under the mouse',
    'a policy that was never saved can be debugged and played without being saved',
    'failures a server that cannot start, with an action to start it',
    'failures a policy that is too large, at the claim, with the limit and a page that explains what to do',
    'failures a file that is missing, at its import, until it exists again'
];
