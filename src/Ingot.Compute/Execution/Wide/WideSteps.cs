using System.Globalization;
using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Threading;
using Ingot.Errors;

namespace Ingot.Compute.Execution.Wide;

/// <summary>Steps of many rows, planned apart from the others: with copies of the weights and working memory of their own, which it owns.</summary>
internal sealed class WideSteps : IDisposable
{
    /// <summary>The fewest rows of a step that goes this way: the others, one token of each answer among them, are computed as without.</summary>
    public const int FewestRows = 64;

    // A copy's file, its packed form and what it is made from are in memory together for a moment.
    private const long MostPartBytes = 1L << 29;

    private readonly List<WideMatrix> _matrices = [];
    private WideScratch? _scratch;
    private double? _speed;

    private WideSteps(RowBuffer logits) => Logits = logits;

    public RowBuffer Logits { get; }

    public ExecutionPlan Plan { get; private set; } = null!;

    /// <summary>Bytes of the copies.</summary>
    public long ByteLength => _matrices.Sum(matrix => matrix.ByteLength);

    /// <summary>Working memory in bytes.</summary>
    public long WorkingBytes => Plan.ByteLength + _scratch!.ByteLength;

    /// <summary>Copies a program's matrices and plans it; null where that is not to be, for the reason given.</summary>
    /// <param name="program">The program, of which nothing has been planned; its weights are packed.</param>
    /// <param name="products">Who multiplies.</param>
    /// <param name="options">The most tokens of a step, and whether it is tried first.</param>
    /// <param name="team">Who computes.</param>
    /// <param name="step">The step under way.</param>
    /// <param name="ct">Gives up between two matrices.</param>
    /// <param name="facts">What was done, or why nothing was.</param>
    public static WideSteps? Make(
        DecoderProgram program, IWideProducts products, ComputeOptions options, ThreadTeam team, StepContext step, CancellationToken ct, out WideFacts facts)
    {
        var made = new WideSteps(program.Logits.Buffer);
        try
        {
            var most = options.MaxStepTokens;
            var why = most < FewestRows ? $"A step has at most {most} tokens, fewer than the {FewestRows} from which it pays." : made.Fill(program, products, options, team, step, ct);
            facts = new WideFacts(why is null ? made._matrices.Count : 0, why is null ? made.ByteLength : 0, why ?? made.Told(program));
            if (why is null)
                return made;
        }
        catch (IngotException failure)
        {
            facts = new WideFacts(0, 0, $"The copies of the weights could not be made: {failure.Message}");
        }
        catch
        {
            made.Dispose();
            throw;
        }

        made.Dispose();
        return null;
    }

    public void Dispose()
    {
        Plan?.Dispose();
        _scratch?.Dispose();
        foreach (var matrix in _matrices)
            matrix.Dispose();
    }

    private string? Fill(DecoderProgram program, IWideProducts products, ComputeOptions options, ThreadTeam team, StepContext step, CancellationToken ct)
    {
        var maxTokens = options.MaxStepTokens;
        // As many pieces as give every thread two, once all rows are divided.
        var blocks = (maxTokens + WideProductOperation.MostRows - 1) / WideProductOperation.MostRows;
        var partCount = Math.Max(1, ((2 * team.Count) + blocks - 1) / blocks);
        var candidates = WideProgram.Candidates(program.Operations).Where(slot => PartBytes(slot, partCount) <= MostPartBytes).ToList();
        var needed = candidates.Sum(slot => WideMatrix.Need(slot.Source.InputCount, slot.Source.OutputCount));
        if (needed == 0)
            return "The model has no products with 4- or 8-bit weights that all tokens of a step go through.";
        var free = products.FreeBytes;
        if (needed > free)
            return Text($"The copies of the weights would take {needed / 1048576.0:F1} MiB; there are {free / 1048576.0:F1} MiB for them.");

        var matrices = new Dictionary<MatrixSlot, WideMatrix>();
        var trial = options.Calibrate ? new WideTrial(program.Operations, team, step, options.Clock) : null;
        // The largest first: they are tried before the others are copied.
        foreach (var slot in candidates.OrderByDescending(slot => WideMatrix.Need(slot.Source.InputCount, slot.Source.OutputCount)))
        {
            ct.ThrowIfCancellationRequested();
            if (WideMatrix.Make(slot.Matrix, partCount, products, team) is not { } matrix)
                continue;
            _matrices.Add(matrix);
            matrices[slot] = matrix;
            if (matrices.Count == WideTrial.MatrixCount && trial?.Refusal(matrices, maxTokens) is { } refusal)
                return refusal;
        }

        if (matrices.Count == 0)
            return "One scale for all weights of an output would lose too much of every matrix.";
        if (matrices.Count < WideTrial.MatrixCount && trial?.Refusal(matrices, maxTokens) is { } late)
            return late;
        _speed = trial?.Speed;
        _scratch = WideScratch.For(_matrices, team.Count);
        Plan = new ExecutionPlan(WideProgram.Of(program.Operations, matrices, _scratch), maxTokens, team, step);
        return null;
    }

    private string Told(DecoderProgram program) =>
        Text($"Steps of {FewestRows} tokens and more multiply with 8-bit copies of {_matrices.Count} of {WideProgram.Candidates(program.Operations).Count} matrices ({ByteLength / 1048576.0:F1} MiB){(_speed is { } speed ? Text($"; tried here, {speed:F1} times as fast") : "")}.");

    private static long PartBytes(MatrixSlot slot, int partCount) =>
        (long)WideRows.Padded(slot.Source.InputCount) * WideMatrix.PartOutputs(slot.Source.OutputCount, partCount);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
