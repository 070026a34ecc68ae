/** Guesses the labels that tools read, as a start: a tool list does not contain them. */
import { EmptyFileSystem } from 'langium';
import { isServer, type PolicyFile } from '../../../../language/generated/ast.js';
import { createGuardrailServices } from '../../../../language/module.js';
import { guessedLabels } from '../../tool-lists/marks.js';
import { LABELS, type NamedServer } from '../../tool-lists/inventory.js';

const GUESSED = `// What each tool reads is guessed from its openWorldHint (private and untrusted if that is absent): correct it.
${LABELS}
`;

/** The inventory of these servers with labels, and the labels that each tool reads. */
export function labelled(inventory: string, servers: readonly NamedServer[]): string {
    const { parser } = createGuardrailServices(EmptyFileSystem).guardrail;
    const declared = (parser.LangiumParser.parse(inventory).value as PolicyFile).elements.filter(isServer);
    const guesses = servers.flatMap(({ tools }) =>
        tools.map(({ annotations }) => guessedLabels(annotations.openWorldHint).join(', '))
    );
    const insertions = declared
        .flatMap(({ tools }) => tools)
        .map(({ $cstNode }, index) => ({ at: $cstNode!.end, text: ` reads ${guesses[index]}` }));
    const [first] = declared;
    return [{ at: first?.$cstNode?.offset ?? inventory.length, text: GUESSED }, ...insertions].reduceRight(
        (text, { at, text: added }) => text.slice(0, at) + added + text.slice(at),
        inventory
    );
}
