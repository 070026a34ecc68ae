import * as l10n from '@vscode/l10n';
import { SaveIcon } from './icons.js';

/** A button that asks for a file and writes the diagram to it. */
export function SaveButton({ save }: { readonly save: () => void }) {
    return (
        <button class="tool-button" type="button" title={l10n.t('Save this diagram as an SVG file')} onClick={save}>
            <SaveIcon />
            <span>{l10n.t('Save as SVG')}</span>
        </button>
    );
}
