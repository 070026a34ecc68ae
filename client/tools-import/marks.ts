/** Asks what the author knows about many tools at once, a page for each question. */
import * as vscode from 'vscode';
import type { ListedTool, ListedTools, MarkedLabel, MarkedTrait, Marks } from '../../server/workspace/tool-marks.js';

interface Tool extends ListedTool {
    readonly server: string;
}

interface Page {
    readonly title: string;
    readonly help: string;
    /** The tools that the question is about. */
    readonly isAbout: (tool: Tool) => boolean;
    /** The tools that are chosen at first. */
    readonly isChosen: (tool: Tool) => boolean;
}

type Subject = { readonly reads: MarkedLabel } | { readonly trait: MarkedTrait };

/** The questions in their order. What servers claim or leave open is chosen, except where it would grant something. */
function pages(): readonly (Page & Subject)[] {
    const reading = (reads: MarkedLabel, title: string, help: string): Page & Subject => ({
        reads,
        title,
        help,
        isAbout: () => true,
        isChosen: (tool) => tool.reads.includes(reads)
    });
    return [
        reading(
            'private',
            vscode.l10n.t('Which tools read secrets?'),
            vscode.l10n.t('They return data that only you or your company should know (label private).')
        ),
        reading(
            'untrusted',
            vscode.l10n.t('Which tools return text that strangers can write?'),
            vscode.l10n.t(
                'Web pages, mail, issues: text that may contain instructions for your agent (label untrusted).'
            )
        ),
        {
            trait: 'external',
            title: vscode.l10n.t('With which tools can data leave the company?'),
            help: vscode.l10n.t('They send, post or publish (trait external). What you leave out counts as internal.'),
            isAbout: () => true,
            isChosen: ({ hints }) => hints.includes('external')
        },
        {
            trait: 'destructive',
            title: vscode.l10n.t('Which tools destroy or overwrite something?'),
            help: vscode.l10n.t('Their servers claim it, or do not deny it (trait destructive).'),
            isAbout: ({ hints }) => hints.includes('destructive'),
            isChosen: () => true
        },
        {
            trait: 'readonly',
            title: vscode.l10n.t('Which tools change nothing? Their servers claim it.'),
            help: vscode.l10n.t('Choose only tools that you know: rules may allow confirmed tools (trait readonly).'),
            isAbout: ({ hints }) => hints.includes('readonly'),
            isChosen: () => false
        }
    ];
}

/** Undefined if the author cancelled. */
export async function askForMarks(lists: readonly ListedTools[]): Promise<Marks | undefined> {
    const tools = lists.flatMap(({ server, about }) => about.map((tool): Tool => ({ ...tool, server })));
    const asked = pages()
        .map((page) => ({ page, about: tools.filter(page.isAbout) }))
        .filter(({ about }) => about.length > 0);
    const answers: ReadonlySet<Tool>[] = [];
    for (let step = 0; step < asked.length;) {
        const { page, about } = asked[step]!;
        const chosen = answers[step] ?? new Set(about.filter(page.isChosen));
        const answer = await askPage(page, about, chosen, step + 1, asked.length);
        if (answer === undefined) {
            return undefined;
        }
        if (answer === 'back') {
            step--;
        } else {
            answers[step] = answer;
            step++;
        }
    }
    return marksOf(asked.map(({ page, about }, step) => ({ page, about, chosen: answers[step]! })));
}

function marksOf(
    answers: readonly {
        readonly page: Subject;
        readonly about: readonly Tool[];
        readonly chosen: ReadonlySet<Tool>;
    }[]
): Marks {
    const marks: Record<
        string,
        Record<string, { reads: MarkedLabel[]; confirmed: MarkedTrait[]; denied: MarkedTrait[] }>
    > = {};
    for (const { page, about, chosen } of answers) {
        for (const tool of about) {
            const server = (marks[tool.server] ??= {});
            const mark = (server[tool.name] ??= { reads: [], confirmed: [], denied: [] });
            if ('reads' in page) {
                mark.reads.push(...(chosen.has(tool) ? [page.reads] : []));
            } else if (chosen.has(tool)) {
                mark.confirmed.push(page.trait);
            } else if (page.trait !== 'readonly' && tool.hints.includes(page.trait)) {
                // A claim that the tool changes nothing grants nothing, so it may stay.
                mark.denied.push(page.trait);
            }
        }
    }
    return marks;
}

function askPage(
    { title, help }: Page,
    about: readonly Tool[],
    chosen: ReadonlySet<Tool>,
    step: number,
    totalSteps: number
): Promise<ReadonlySet<Tool> | 'back' | undefined> {
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly tool: Tool }>();
    pick.title = title;
    pick.placeholder = help;
    pick.step = step;
    pick.totalSteps = totalSteps;
    pick.canSelectMany = true;
    pick.ignoreFocusOut = true;
    pick.matchOnDetail = true;
    pick.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
    pick.items = about.map((tool) => ({
        label: `${tool.server}.${tool.name}`,
        ...(tool.hints.length > 0 && {
            description: vscode.l10n.t('the server says: {0}', tool.hints.join(', '))
        }),
        ...(tool.description !== undefined && { detail: firstLine(tool.description) }),
        tool
    }));
    pick.selectedItems = pick.items.filter(({ tool }) => chosen.has(tool));
    return new Promise((resolve) => {
        pick.onDidAccept(() => {
            resolve(new Set(pick.selectedItems.map(({ tool }) => tool)));
            pick.hide();
        });
        pick.onDidTriggerButton(() => {
            resolve('back');
            pick.hide();
        });
        pick.onDidHide(() => {
            resolve(undefined);
            pick.dispose();
        });
        pick.show();
    });
}

function firstLine(text: string): string {
    return text.trim().split('\n', 1)[0]!;
}
