/** GR252: a tool that a policy declares with less than the package whose configuration it extends. */
import { AstUtils } from 'langium';
import { configurationsOf } from '../configuration/configurations.js';
import { GivenNames } from '../configuration/given-names.js';
import type * as ast from '../generated/ast.js';
import { toolName } from '../names/inventory.js';
import { isWholePolicy, list, type ValidationRule } from './rule.js';

export const toolsOfPackages: ValidationRule = {
    codes: ['GR252'],
    checks: {
        PolicyFile: async (file, report, services) => {
            const {
                FileSystemProvider,
                LangiumDocuments: loaded,
                LangiumDocumentFactory: factory
            } = services.shared.workspace;
            const reader = configurationsOf(FileSystemProvider);
            const { given } = await reader.of(AstUtils.getDocument(file).uri);
            const packages = given.filter(({ package: from }) => from);
            if (packages.length === 0 || !isWholePolicy(file, services)) {
                return;
            }
            const own = new Map(report.inventory.tools.map(({ tool }) => [toolName(tool), tool]));
            const names = new GivenNames({ loaded, factory }, reader);
            const reported = new Set<string>();
            for (const configuration of packages) {
                for (const theirs of await names.toolsOf(configuration.package!.name, configuration)) {
                    const name = toolName(theirs);
                    const tool = own.get(name);
                    const lost = tool ? lostBy(tool, theirs) : [];
                    if (lost.length === 0 || reported.has(name)) {
                        continue;
                    }
                    reported.add(name);
                    const isHere = AstUtils.findRootNode(tool!) === file;
                    report.warning(
                        'GR252',
                        [isHere ? tool! : file.policy!, 'name'],
                        `"${name}" is declared without ${list(lost)}, which it has in the inventory of ${configuration.name}. Import that inventory, or add it.`
                    );
                }
            }
        }
    }
};

/** The traits and labels by which bounds and packs would select the tool in the other inventory, but not in this one. */
function lostBy(tool: ast.Tool, theirs: ast.Tool): string[] {
    const labels = readBy(tool);
    const traits = traitsOf(tool);
    return [
        ...traitsOf(theirs)
            .filter((name) => !traits.includes(name))
            .map((name) => `\`${name}\``),
        ...readBy(theirs)
            .filter((name) => !labels.includes(name))
            .map((name) => `\`reads ${name}\``)
    ];
}

function readBy({ reads, conditionalReads }: ast.Tool): string[] {
    return [...reads, ...conditionalReads.flatMap(({ labels }) => labels)].map(({ $refText }) => $refText);
}

function traitsOf({ traits }: ast.Tool): string[] {
    return traits.filter(({ hint }) => !hint).map(({ trait }) => trait.$refText);
}
