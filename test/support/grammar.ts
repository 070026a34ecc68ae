/** Finds the possible constructs of the grammar. */
import { AstUtils, GrammarAST } from 'langium';

/** The types of nodes that some grammar rule creates. */
export function typesOf(grammar: GrammarAST.Grammar): Set<string> {
    const found = new Set<string>();
    for (const rule of grammar.rules.filter(GrammarAST.isParserRule)) {
        const parts = AstUtils.streamAllContents(rule).toArray();
        parts.filter(GrammarAST.isAction).forEach(({ type }) => type && found.add(type.$refText));
        if (rule.returnType?.ref && (parts.some(GrammarAST.isAssignment) || rule.returnType.ref.name === rule.name)) {
            found.add(rule.returnType.ref.name);
        }
    }
    return found;
}
