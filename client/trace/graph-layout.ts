/** Places nodes and edges in layers (dagre, after Gansner et al. 1993). */
import { Graph, layout } from '@dagrejs/dagre';

export interface GraphNode {
    readonly id: string;
    readonly width: number;
    readonly height: number;
}

export interface GraphEdge {
    readonly from: string;
    readonly to: string;
    /** The width of the label; 0 for no label. */
    readonly labelWidth: number;
    /** The minimum number of layers that the edge spans; with 1, it leads to the next layer. */
    readonly layers?: number;
}

export interface GraphLayout {
    /** The middle of each node, by its id. */
    readonly nodes: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
    /** For each edge, in the given order, its path, and the middle of its label. */
    readonly edges: readonly { readonly path: string; readonly x: number; readonly y: number }[];
    readonly width: number;
    readonly height: number;
}

interface Point {
    readonly x: number;
    readonly y: number;
}

const LABEL_HEIGHT = 16;
const MARGIN = 12;

export function placeGraph(
    nodes: readonly GraphNode[],
    edges: readonly GraphEdge[],
    direction: 'LR' | 'TB'
): GraphLayout {
    const graph = new Graph({ directed: true, multigraph: true });
    graph.setGraph({ rankdir: direction, nodesep: 22, ranksep: 44, edgesep: 18, marginx: MARGIN, marginy: MARGIN });
    nodes.forEach(({ id, width, height }) => graph.setNode(id, { width, height }));
    edges.forEach(({ from, to, labelWidth, layers = 1 }, index) =>
        graph.setEdge(
            from,
            to,
            { width: labelWidth, height: labelWidth > 0 ? LABEL_HEIGHT : 0, labelpos: 'c', minlen: layers },
            String(index)
        )
    );
    layout(graph);
    const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
    return {
        nodes: new Map(
            nodes.map(({ id }) => {
                const { x = 0, y = 0 } = graph.node(id) as Partial<Point>;
                return [id, { x, y }];
            })
        ),
        edges: edges.map(({ from, to }, index) => {
            const edge = graph.edge(from, to, String(index)) as Partial<Point> & { readonly points?: readonly Point[] };
            const points = edge.points ?? [];
            const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
            return { path: pathThrough(points), x: edge.x ?? middle.x, y: edge.y ?? middle.y };
        }),
        width,
        height
    };
}

/** The path as SVG, rounded at its bends. */
function pathThrough(points: readonly Point[]): string {
    const [first, ...rest] = points;
    const last = rest.pop();
    if (!first || !last) {
        return '';
    }
    const curves = rest.map((point, index) => {
        const next = rest[index + 1] ?? last;
        const end = index === rest.length - 1 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
        return `Q${round(point.x)} ${round(point.y)} ${round(end.x)} ${round(end.y)}`;
    });
    return `M${round(first.x)} ${round(first.y)}${curves.join('')}${rest.length === 0 ? `L${round(last.x)} ${round(last.y)}` : ''}`;
}

function round(value: number): number {
    return Math.round(value * 10) / 10;
}
