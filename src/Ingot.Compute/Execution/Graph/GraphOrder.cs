using Ingot.Compute.Onnx;
using Ingot.Errors;

namespace Ingot.Compute.Execution.Graph;

/// <summary>Orders the nodes that a value depends on, each after those it takes its inputs from.</summary>
internal static class GraphOrder
{
    // Some thirty nodes a layer: far beyond any decoder, and bounds the work on a hostile file.
    private const int MaxNodes = 1 << 16;

    private enum Mark : byte
    {
        Unseen,
        Open,
        Done,
    }

    /// <summary>The nodes behind <paramref name="output"/>, in an order in which they can be computed.</summary>
    /// <exception cref="IngotException">ModelInvalid: the value or an input of a node comes from nowhere or from two nodes, or nodes wait for each other.</exception>
    public static List<OnnxNode> NodesBehind(OnnxModelFile file, string output)
    {
        if (file.Graph.Node.Count > MaxNodes)
            throw new IngotException(ErrorCode.ModelUnsupported, $"The model file '{file.FileName}' has {file.Graph.Node.Count} nodes; at most {MaxNodes} are read.");
        var nodes = file.Graph.Node.Select((node, index) => new OnnxNode(node, index)).ToArray();
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < nodes.Length; i++)
        {
            foreach (var name in nodes[i].Outputs)
            {
                if (name.Length > 0 && !producers.TryAdd(name, i))
                    throw nodes[i].Invalid($"gives the value '{ContainedPath.Printable(name)}', which another node gives already");
            }
        }

        if (!producers.TryGetValue(output, out var last))
            throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{file.FileName}' has no output '{ContainedPath.Printable(output)}'.");

        var given = new HashSet<string>(file.InitializerNames, StringComparer.Ordinal);
        foreach (var input in file.Graph.Input)
            given.Add(input.Name);
        return Order(nodes, producers, given, last);
    }

    // Depth first with a stack of its own: a chain of nodes in a hostile file may be longer than the thread's stack is deep.
    private static List<OnnxNode> Order(OnnxNode[] nodes, Dictionary<string, int> producers, HashSet<string> given, int last)
    {
        var order = new List<OnnxNode>();
        var marks = new Mark[nodes.Length];
        var stack = new Stack<(int Node, int NextInput)>();
        stack.Push((last, 0));
        marks[last] = Mark.Open;
        while (stack.TryPop(out var top))
        {
            var node = nodes[top.Node];
            if (top.NextInput == node.Dependencies.Count)
            {
                marks[top.Node] = Mark.Done;
                order.Add(node);
                continue;
            }

            stack.Push((top.Node, top.NextInput + 1));
            var name = node.Dependencies[top.NextInput];
            if (name.Length == 0 || given.Contains(name))
                continue;
            if (!producers.TryGetValue(name, out var producer))
                throw node.Invalid($"takes the input '{ContainedPath.Printable(name)}', which nothing gives");
            if (marks[producer] == Mark.Open)
                throw node.Invalid("waits for its own output: the graph has a cycle");
            if (marks[producer] == Mark.Unseen)
            {
                marks[producer] = Mark.Open;
                stack.Push((producer, 0));
            }
        }

        return order;
    }
}
