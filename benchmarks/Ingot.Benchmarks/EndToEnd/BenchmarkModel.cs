using Ingot.Benchmarks.Comparison;
using Ingot.Benchmarks.Measuring;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>The model that whole-model measurements run on where no other is named: a published model's shape, random 4-bit weights.</summary>
internal static class BenchmarkModel
{
    /// <summary>The shape where no other is named.</summary>
    public const string DefaultShape = "qwen2.5-0.5b";

    /// <summary>Its folder, made the first time.</summary>
    /// <param name="shape">Which of the shapes in this folder.</param>
    public static string Folder(string shape = DefaultShape)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"ingot-benchmark-{shape}-int4-half-scales");
        if (!Directory.Exists(folder))
            RandomModel.Compile(ShapeFile(shape), folder, ModelShape.Read(shape).StepBytes);
        return folder;
    }

    /// <summary>The file that describes a shape, as published models describe theirs.</summary>
    /// <exception cref="ArgumentException">There is no such shape.</exception>
    public static string ShapeFile(string shape)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "EndToEnd");
        string[] known = [.. Directory.EnumerateFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];
        return known.Contains(shape)
            ? Path.Combine(folder, $"{shape}.json")
            : throw new ArgumentException($"There is no shape {shape}; there are {string.Join(", ", known)}.");
    }
}
