/** Shows the basis of the verdict, and its assumptions. */
import * as l10n from '@vscode/l10n';
import { ASSUMPTIONS } from '../../server/lsp/protocol.js';
import { basisText } from '../../server/wording/session-markdown.js';
import type { SessionContent } from './messages.js';
import { numberText } from './texts.js';

export function Basis({ content }: { readonly content: SessionContent }) {
    const { basis } = content;
    if (!basis) {
        return null;
    }
    const { slice } = basis;
    return (
        <footer class="basis">
            <p>
                {reachText(content, basisText(basis))}{' '}
                {l10n.t('{0} and {1} matter for this claim.', toolsText(slice.tools), rulesText(slice.rules))}
            </p>
            {basis.limit && !content.mayBeShorter && <p>{l10n.t('Stopped by a limit: {0}', basis.limit)}</p>}
            {basis.scopes.length > 0 && <p>{l10n.t('Within: {0}.', basis.scopes.join('; '))}</p>}
            <p class="assumed">{l10n.t('Assumptions: {0}.', ASSUMPTIONS.join('; '))}</p>
        </footer>
    );
}

/** The extent of the search. A session at which a breadth-first search ends is a shortest one. */
function reachText({ word, basis, mayBeShorter }: SessionContent, searched: string): string {
    if (mayBeShorter) {
        return basis?.limit
            ? l10n.t('There may be a shorter session: {0}. Searched: {1}.', basis.limit, searched)
            : l10n.t('There may be a shorter session. Searched: {0}.', searched);
    }
    if (word === 'violated') {
        return l10n.t('No shorter session breaks it. Searched: {0}.', searched);
    }
    if (word === 'possible') {
        return l10n.t('No shorter session does it. Searched: {0}.', searched);
    }
    return basis?.exhausted
        ? l10n.t('All sessions of any length were searched: {0}.', searched)
        : l10n.t('Searched: {0}.', searched);
}

function toolsText(count: number): string {
    return count === 1 ? l10n.t('1 tool') : l10n.t('{0} tools', numberText(count));
}

function rulesText(count: number): string {
    return count === 1 ? l10n.t('1 rule') : l10n.t('{0} rules', numberText(count));
}
