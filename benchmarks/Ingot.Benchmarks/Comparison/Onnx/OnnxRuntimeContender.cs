using System.Diagnostics;
using System.Globalization;

namespace Ingot.Benchmarks.Comparison.Onnx;

/// <summary>
/// ONNX Runtime on the very folder that this engine runs, in a process of Node.js. It computes one sequence, and the logits of every token
/// of a prompt, as the graph says.
/// </summary>
internal sealed class OnnxRuntimeContender : IModelContender
{
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="script">The program in <c>benchmarks/peers</c>.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="threads">Threads that compute.</param>
    /// <exception cref="InvalidOperationException">It did not start.</exception>
    public OnnxRuntimeContender(string script, string folder, int threads)
    {
        _process = Process.Start(new ProcessStartInfo("node", [script, folder, $"{threads}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (_process.StandardOutput.ReadLine() != "ready")
            throw new InvalidOperationException("ONNX Runtime did not start.");
    }

    /// <inheritdoc/>
    public string Name => "onnxruntime";

    /// <inheritdoc/>
    public TimeSpan OtherProcessorTime => _process.TotalProcessorTime;

    /// <inheritdoc/>
    public Task<double> DecodeAsync(int together) => together == 1 ? AskAsync($"decode {Load.Past} {Load.Answer}") : Task.FromResult(double.NaN);

    /// <inheritdoc/>
    public Task<double> PrefillAsync(int tokens) => AskAsync($"prefill {tokens}");

    /// <inheritdoc/>
    public Task<double> SecondTurnAsync() => Task.FromResult(double.NaN);

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }

    private async Task<double> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        string answer = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("ONNX Runtime ended.");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }
}
