/** Answers queries on the grammar about its own elements. */
import { AstUtils, GrammarAST } from 'langium';

/** The grammar rule that contains an element. */
export function ruleOf(element: GrammarAST.AbstractElement): GrammarAST.AbstractRule | undefined {
    return AstUtils.getContainerOfType(element, GrammarAST.isAbstractRule);
}

/** True if the rule can start with the word, because nothing mandatory precedes it. */
export function startsRule(keyword: GrammarAST.Keyword): boolean {
    const rule = ruleOf(keyword);
    return GrammarAST.isParserRule(rule) && startsWith(rule.definition, keyword);
}

function startsWith(element: GrammarAST.AbstractElement, keyword: GrammarAST.Keyword): boolean {
    if (GrammarAST.isAssignment(element)) {
        return startsWith(element.terminal, keyword);
    }
    if (GrammarAST.isAlternatives(element)) {
        return element.elements.some((alternative) => startsWith(alternative, keyword));
    }
    if (!GrammarAST.isGroup(element)) {
        return element === keyword;
    }
    for (const part of element.elements) {
        if (startsWith(part, keyword)) {
            return true;
        }
        if (!isOptional(part)) {
            return false;
        }
    }
    return false;
}

function isOptional(element: GrammarAST.AbstractElement): boolean {
    if (element.cardinality === '?' || element.cardinality === '*' || GrammarAST.isAction(element)) {
        return true;
    }
    if (GrammarAST.isGroup(element)) {
        return element.elements.every(isOptional);
    }
    const rule = GrammarAST.isRuleCall(element) ? element.rule.ref : undefined;
    return GrammarAST.isParserRule(rule) && rule.fragment && isOptional(rule.definition);
}
