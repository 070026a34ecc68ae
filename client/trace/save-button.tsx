import { SaveIcon } from './icons.js';

/** Asks for a file, and writes the diagram to it. */
export function SaveButton({ save }: { readonly save: () => void }) {
    return (
        <button class="tool-button" type="button" title="Save this diagram as an SVG file" onClick={save}>
            <SaveIcon />
            <span>Save as SVG</span>
        </button>
    );
}
