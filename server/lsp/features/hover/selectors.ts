import type * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { textOf } from '../../text/source-text.js';
import { selectedTools } from '../../../../language/names/selectors.js';
import { mustBe } from '../../../model/policy/truth.js';
import { bullets, codeBlock, inlineCode, paragraphs } from './markdown.js';

const MAX_TOOLS = 12;

/** Shows the tools that a selector currently selects, and which of them only a hint selects. */
export function selectorHover(selector: ast.Selector, inventory: Inventory): string {
    const selected = selectedTools(selector, inventory);
    const lines = inventory.tools
        .filter(({ tool }) => selected.has(tool))
        .map(({ tool, name }) => inlineCode(name) + (mustBe(selected.get(tool)!) ? '' : ' (only according to a hint)'));
    return paragraphs(
        codeBlock(textOf(selector)),
        lines.length > 0 ? `Means ${lines.length} of ${inventory.tools.length} tools:` : 'Means no tool.',
        bullets(lines, MAX_TOOLS)
    );
}
