using System.Text;
using Ingot.Benchmarks.Measuring;

namespace Ingot.Benchmarks.Comparison.LlamaCpp;

/// <summary>How a tensor's numbers are stored, by the format's own numbers.</summary>
internal enum GgufType
{
    /// <summary>32-bit numbers.</summary>
    F32 = 0,

    /// <summary>Blocks of 32: a 16-bit scale, then 4 bits each.</summary>
    Q40 = 2,
}

/// <summary>Writes a file of the GGUF format, version 3: what is known of the model, what tensors there are, and then their bytes.</summary>
internal sealed class GgufWriter
{
    private const int Alignment = 32;
    private const uint KindU32 = 4;
    private const uint KindF32 = 6;
    private const uint KindString = 8;
    private const uint KindArray = 9;

    private readonly List<Action<BinaryWriter>> _facts = [];
    private readonly List<(string Name, GgufType Type, long[] Sizes, Action<byte[]> Fill)> _tensors = [];

    /// <summary>A number that is not negative.</summary>
    public void Add(string key, int value) => AddFact(key, KindU32, writer => writer.Write((uint)value));

    /// <summary>A number.</summary>
    public void Add(string key, float value) => AddFact(key, KindF32, writer => writer.Write(value));

    /// <summary>A text.</summary>
    public void Add(string key, string value) => AddFact(key, KindString, writer => WriteText(writer, value));

    /// <summary>Texts.</summary>
    public void Add(string key, string[] values) => AddFact(key, KindArray, writer =>
    {
        writer.Write(KindString);
        writer.Write((ulong)values.Length);
        foreach (string value in values)
            WriteText(writer, value);
    });

    /// <summary>A tensor, to be filled when its turn comes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">How its numbers are stored.</param>
    /// <param name="sizes">Its sizes, the innermost first.</param>
    /// <param name="fill">Writes its bytes.</param>
    public void AddTensor(string name, GgufType type, long[] sizes, Action<byte[]> fill) => _tensors.Add((name, type, sizes, fill));

    /// <summary>Writes the file, which appears whole or not at all.</summary>
    public void Save(string path, RandomModel.Percents progress)
    {
        string unfinished = $"{path}.{Environment.ProcessId}";
        using (var writer = new BinaryWriter(File.Create(unfinished), Encoding.UTF8))
        {
            writer.Write("GGUF"u8);
            writer.Write(3u);
            writer.Write((ulong)_tensors.Count);
            writer.Write((ulong)_facts.Count);
            foreach (Action<BinaryWriter> fact in _facts)
                fact(writer);
            WriteDirectory(writer);
            long done = 0, all = _tensors.Sum(tensor => Bytes(tensor.Type, tensor.Sizes));
            foreach ((_, GgufType type, long[] sizes, Action<byte[]> fill) in _tensors)
            {
                byte[] bytes = new byte[Bytes(type, sizes)];
                fill(bytes);
                writer.Write(bytes);
                Pad(writer);
                progress.Report(done += bytes.Length, all);
            }
        }

        File.Move(unfinished, path, overwrite: true);
    }

    private void WriteDirectory(BinaryWriter writer)
    {
        long offset = 0;
        foreach ((string name, GgufType type, long[] sizes, _) in _tensors)
        {
            WriteText(writer, name);
            writer.Write((uint)sizes.Length);
            foreach (long size in sizes)
                writer.Write((ulong)size);
            writer.Write((uint)type);
            writer.Write((ulong)offset);
            offset += (Bytes(type, sizes) + Alignment - 1) / Alignment * Alignment;
        }

        Pad(writer);
    }

    private static long Bytes(GgufType type, long[] sizes)
    {
        long count = sizes.Aggregate(1L, (product, size) => product * size);
        return type == GgufType.F32 ? count * sizeof(float) : count / 32 * 18;
    }

    private static void Pad(BinaryWriter writer)
    {
        while (writer.BaseStream.Position % Alignment != 0)
            writer.Write((byte)0);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private void AddFact(string key, uint kind, Action<BinaryWriter> write) => _facts.Add(writer =>
    {
        WriteText(writer, key);
        writer.Write(kind);
        write(writer);
    });
}
