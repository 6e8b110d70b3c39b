namespace Ingot.Engine.ModelFolders;

/// <summary>Which files of a folder hold a graph's weights, as far as names tell: only the graph itself knows for sure.</summary>
internal static class WeightFiles
{
    private static readonly string[] Endings = ["data", ".bin", ".weights", ".weight"];

    /// <summary>Bytes of a graph file and its weights; 0 when there is no such file.</summary>
    public static long Measure(string onnxPath)
    {
        var graph = new FileInfo(onnxPath);
        if (!graph.Exists || graph.Directory is not { } folder)
            return 0;
        // Mostly they are called after the graph, and other graphs' weights lie beside them.
        long own = folder.EnumerateFiles(graph.Name + "*").Sum(file => file.Length);
        return own > graph.Length ? own : graph.Length + folder.EnumerateFiles().Where(HoldsWeights).Sum(file => file.Length);
    }

    private static bool HoldsWeights(FileInfo file) => Array.Exists(Endings, ending => file.Name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
