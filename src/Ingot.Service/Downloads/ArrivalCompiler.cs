using Ingot.Compiler;
using Ingot.Models.Download;

namespace Ingot.Service.Downloads;

/// <summary>Compiles downloaded checkpoints with 4-bit weights, as <c>foundry model compile</c> does unless told otherwise.</summary>
internal sealed class ArrivalCompiler : ICheckpointCompiler
{
    /// <inheritdoc/>
    public void Check(string checkpointFolder) => ModelCompiler.Check(checkpointFolder);

    /// <inheritdoc/>
    public Task CompileAsync(string checkpointFolder, string modelFolder, IProgress<double> percent, CancellationToken cancellationToken)
    {
        var request = new CompileRequest { SourceFolder = checkpointFolder, OutputFolder = modelFolder };
        ModelCompiler.Compile(request, new Share(percent), cancellationToken);
        return Task.CompletedTask;
    }

    private sealed class Share(IProgress<double> percent) : IProgress<CompileProgress>
    {
        public void Report(CompileProgress value) => percent.Report(100.0 * value.WrittenBytes / Math.Max(1, value.TotalBytes));
    }
}
