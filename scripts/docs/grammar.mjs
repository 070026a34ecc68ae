/** Reads grammar files: the rules that the entry rule needs, grouped by section. */
import { AstUtils, GrammarAST, GrammarUtils, URI, UriUtils } from 'langium';
import { createLangiumGrammarServices } from 'langium/grammar';
import { NodeFileSystem } from 'langium/node';
import { resolve } from 'node:path';

/** Matches `// ------- title` above a group of rules. */
const SECTION = /^\/\/ -{3,} (.+)$/gm;

export async function readGrammar(path) {
    const { shared, grammar: services } = createLangiumGrammarServices(NodeFileSystem);
    const files = [];
    const load = async (uri) => {
        const document = await shared.workspace.LangiumDocuments.getOrCreateDocument(uri);
        if (!files.includes(document)) {
            files.push(document);
            for (const { path: imported } of document.parseResult.value.imports) {
                const file = imported.endsWith('.langium') ? imported : `${imported}.langium`;
                await load(UriUtils.resolvePath(UriUtils.dirname(uri), file));
            }
        }
    };
    await load(URI.file(resolve(path)));
    await shared.workspace.DocumentBuilder.build(files, { validation: false });
    const entry = files[0].parseResult.value.rules.find((rule) => rule.entry);
    const needed = reachable(entry);
    const commentOf = (node) => unwrapped(services.documentation.CommentProvider.getComment(node));
    const interfaces = new Map(
        files.flatMap(({ parseResult }) => parseResult.value.interfaces).map((it) => [it.name, it])
    );
    const describe = (rule) => {
        const shape = interfaces.get(rule.name);
        const comments = [shape && commentOf(shape), commentOf(rule)].filter((comment) => comment);
        return { name: rule.name, rule, comment: comments.join('\n\n') };
    };
    return {
        sections: files
            .flatMap(sectionsOf)
            .map(({ title, rules }) => ({ title, rules: rules.filter((rule) => needed.has(rule)).map(describe) }))
            .filter(({ rules }) => rules.length > 0),
        terminals: files
            .flatMap(({ parseResult }) => parseResult.value.rules)
            .filter((rule) => GrammarAST.isTerminalRule(rule) && (needed.has(rule) || rule.hidden))
            .map(describe),
        unions: files
            .flatMap(({ parseResult }) => parseResult.value.types)
            .map(({ name, type }) => ({ name, members: membersOf(type) }))
            .filter(({ members }) => members.length > 1)
    };
}

/** Parser rules in file order, grouped by the preceding section comment. */
function sectionsOf(document) {
    const text = document.textDocument.getText();
    const starts = Array.from(text.matchAll(SECTION), (match) => ({
        at: match.index,
        title: capital(match[1].trim())
    }));
    const sections = [{ at: -1, title: capital(UriUtils.basename(document.uri).replace('.langium', '')) }, ...starts];
    return sections.map(({ at, title }, index) => ({
        title,
        rules: document.parseResult.value.rules.filter(
            (rule) =>
                !GrammarAST.isTerminalRule(rule) &&
                rule.$cstNode.offset > at &&
                rule.$cstNode.offset < (sections[index + 1]?.at ?? Infinity)
        )
    }));
}

function reachable(entry) {
    const found = new Set();
    const visit = (rule) => {
        if (rule && !found.has(rule)) {
            found.add(rule);
            AstUtils.streamAllContents(rule).forEach((node) => {
                if (GrammarAST.isRuleCall(node) || GrammarAST.isTerminalRuleCall(node)) {
                    visit(node.rule.ref);
                } else if (GrammarAST.isCrossReference(node) && !node.terminal) {
                    visit(GrammarUtils.getCrossReferenceTerminal(node)?.rule?.ref);
                }
            });
        }
    };
    visit(entry);
    return found;
}

function membersOf(type) {
    return GrammarAST.isUnionType(type)
        ? type.types.flatMap(membersOf)
        : GrammarAST.isSimpleType(type) && type.typeRef
          ? [type.typeRef.$refText]
          : [];
}

/** The text of a documentation comment. */
function unwrapped(comment) {
    return comment
        ?.replace(/^\/\*+|\*+\/$/g, '')
        .replace(/^\s*\*? ?/gm, '')
        .trim();
}

function capital(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
