/** Renames one of two declarations with the same name, everywhere. */
import type { AstNode } from 'langium';
import { AstUtils } from 'langium';
import type { WorkspaceEdit } from 'vscode-languageserver';
import * as ast from '../../../../../language/generated/ast.js';
import { partOf, replacePart } from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import type { Edit } from '../../../../../language/edits/edit.js';
import type { Changes } from '../../../../../language/edits/edit.js';
import type { Proposal } from '../proposal.js';
import type { Fix } from './fix.js';

const clash: Fix = {
    codes: ['GR220', 'GR221', 'GR435'],
    summary: 'Rename one of two things with the same name',
    propose: (problem) => {
        const target = targetOf(problem);
        const name = target && partOf(target, 'name');
        if (!target || !name || problem.at(ast.isImport)) {
            return [];
        }
        const fresh = freshName(problem, (target as AstNode & { readonly name: string }).name);
        const rename = (): Promise<Changes | undefined> => renamed(problem, target, name.range.start, fresh);
        // Every use refers to the first of two declarations of one kind.
        const isNamed = problem.code !== 'GR220';
        const edit = replacePart(name, fresh);
        return [{ title: `Rename to \`${fresh}\``, changes: isNamed ? rename : [edit] } satisfies Proposal];
    }
};

/** The declaration that gets another name. */
function targetOf(problem: Problem): AstNode | undefined {
    if (problem.code !== 'GR435') {
        return problem.node;
    }
    const item = problem.at(ast.isItem);
    if (item) {
        return item;
    }
    const name = problem.at(ast.isReference)?.target.$refText;
    return problem.inventory.elements.find(
        (element) =>
            (ast.isDefinition(element) || ast.isSignal(element)) &&
            element.name === name &&
            AstUtils.getDocument(element) === problem.document
    );
}

function freshName(problem: Problem, name: string): string {
    const taken = new Set(problem.text.match(/[A-Za-z_]\w*/g));
    const words = problem.code === 'GR221' ? ['_human', '_agent'] : [];
    const preferred = ast.isAgent(problem.node) ? words.reverse() : words;
    const numbered = Array.from({ length: taken.size + 1 }, (_, index) => `_${index + 2}`);
    const plain = name.replace(/\W+/g, '_');
    return [...preferred, ...numbered].map((suffix) => plain + suffix).find((each) => !taken.has(each))!;
}

async function renamed(
    { document, services, uri }: Problem,
    target: AstNode,
    position: { line: number; character: number },
    newName: string
): Promise<Changes | undefined> {
    // A hidden plain name refers to the other declaration, so only real references to this one are renamed.
    const edit: WorkspaceEdit | undefined =
        (await services.lsp.RenameProvider?.rename(document, { textDocument: { uri }, position, newName })) ??
        undefined;
    const changes = Object.entries(edit?.changes ?? {}).flatMap(([file, edits]) =>
        edits.map(({ range, newText }): Edit => ({ uri: file, range, text: newText }))
    );
    const uses = ast.isDefinition(target) || ast.isSignal(target) ? hiddenUses(document.parseResult.value, target) : [];
    return [...changes, ...uses.map((node): Edit => ({ uri, range: node.$cstNode!.range, text: newName }))];
}

/** The place where the author seems to have meant the definition or signal. */
function hiddenUses(file: AstNode, target: ast.Definition | ast.Signal): ast.Reference[] {
    return AstUtils.streamAllContents(file)
        .filter(ast.isReference)
        .filter(
            (node) =>
                node.target.$refText === target.name &&
                node.target.ref !== target &&
                !node.called &&
                (ast.isHolds(node.$container) || ast.isSignal(target)) &&
                !AstUtils.getContainerOfType(node, ast.isDefinition)
        )
        .toArray();
}

export const renames: readonly Fix[] = [clash];
