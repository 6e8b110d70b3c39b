using Ingot.Compiler.Configs;
using Ingot.Compiler.Output;
using Ingot.Compiler.Weights;
using Ingot.Compute.Onnx;
using Ingot.Errors;

namespace Ingot.Compiler;

/// <summary>
/// Turns a Hugging Face checkpoint, decoder or encoder, into a model folder as onnxruntime-genai has it. Everything that can be refused is
/// refused before the first byte is written; weights then stream through tensor by tensor, and the folder appears
/// under its name when it is whole, or not at all.
/// </summary>
public static class ModelCompiler
{
    private const string ConfigName = "config.json";

    /// <summary>Compiles. Takes seconds to minutes and keeps all cores busy; there is nothing asynchronous in it.</summary>
    /// <param name="request">What, how and where to.</param>
    /// <param name="progress">Told after every few megabytes; null for nobody.</param>
    /// <param name="cancellationToken">Ends the work within a few megabytes and removes what was made.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="IngotException">
    /// InvalidValue: the request is at fault (its field in <c>Param</c>), or a file cannot be read or written.
    /// ModelInvalid, ModelUnsupported: the checkpoint is; the message names the file and the field or tensor.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static CompileResult Compile(CompileRequest request, IProgress<CompileProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckOptions(request);
        try
        {
            var target = StagedFolder.Check(request.OutputFolder, request.SourceFolder, request.Overwrite);
            return request.SourceFolder is { } source
                ? CompileFolder(request, source, target, progress, cancellationToken)
                : CompileRandom(request, request.RandomWeightsConfig!, target, progress, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.InvalidValue, $"A file could not be read or written: {exception.Message}", inner: exception);
        }
        catch (OverflowException exception)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{ConfigName}: the sizes it gives make tensors too large to be addressed.", inner: exception);
        }
    }

    /// <summary>Refuses a checkpoint that is not compiled here, by its <c>config.json</c> alone.</summary>
    /// <param name="sourceFolder">The Hugging Face folder; nothing else need be in it.</param>
    /// <exception cref="IngotException">ModelInvalid, ModelUnsupported: the message names the field.</exception>
    public static void Check(string sourceFolder) => CompilePlan.Check(ReadConfig(Path.Combine(sourceFolder, ConfigName), sourceFolder), sourceFolder);

    private static CompileResult CompileFolder(CompileRequest request, string source, string target, IProgress<CompileProgress>? progress, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(source))
            throw new IngotException(ErrorCode.InvalidValue, $"There is no folder {source}.", "source");
        var fields = ReadConfig(Path.Combine(source, ConfigName), source);
        CompilePlan.Check(fields, source);
        CompanionFiles.Check(source);
        using var weights = CheckpointWeights.Open(source);
        var plan = CompilePlan.Make(request, fields, source, weights);
        return Write(plan, target, folder => CompanionFiles.Copy(source, folder), progress, cancellationToken);
    }

    private static CompileResult CompileRandom(CompileRequest request, string configPath, string target, IProgress<CompileProgress>? progress, CancellationToken cancellationToken)
    {
        var fields = ReadConfig(configPath, Path.GetDirectoryName(Path.GetFullPath(configPath)) ?? configPath);
        using var weights = new RandomWeights(request.Seed);
        var plan = CompilePlan.Make(request, fields, source: null, weights);
        return Write(plan, target, folder =>
        {
            File.Copy(configPath, Path.Combine(folder, ConfigName));
            if (plan.VocabularySize > ByteTokenizerWriter.EndId) ByteTokenizerWriter.Write(folder, plan.CanChat);
        }, progress, cancellationToken);
    }

    private static CompileResult Write(CompilePlan plan, string target,
        Action<string> writeCompanions, IProgress<CompileProgress>? progress, CancellationToken cancellationToken)
    {
        WeightPlan.Check(plan.Graph.Weights, plan.Weights, plan.IsNeedless, plan.Architecture);
        var total = WeightPlan.CountBytes(plan.Graph.Weights);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using var folder = StagedFolder.Create(target);
        WeightPlan.CheckDisk(folder.Path, total);
        using (var writer = new OnnxModelWriter(folder.Path))
        {
            long written = 0;
            foreach (var tensor in plan.Graph.Weights)
            {
                tensor.Write(plan.Weights, writer, bytes =>
                {
                    written += bytes;
                    progress?.Report(new CompileProgress(tensor.Name, written, total));
                }, cancellationToken);
            }
            writer.WriteModel(plan.Graph.ToModel());
        }
        writeCompanions(folder.Path);
        plan.WriteConfig(folder.Path);
        GenAiConfigWriter.WriteName(folder.Path, Path.GetFileName(target));
        cancellationToken.ThrowIfCancellationRequested();
        folder.Commit();
        return new CompileResult(target, plan.Architecture, total);
    }

    private static JsonFields ReadConfig(string path, string folder) => File.Exists(path)
        ? JsonFields.Read(path)
        : throw new IngotException(ErrorCode.ModelInvalid, $"{folder} has no {Path.GetFileName(path)}.");

    private static void CheckOptions(CompileRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.SourceFolder) == string.IsNullOrWhiteSpace(request.RandomWeightsConfig))
            throw new IngotException(ErrorCode.InvalidValue, "Give either a folder to compile or a config.json to fill with random weights, and not both.", "source");
        if (!Enum.IsDefined(request.Precision))
            throw new IngotException(ErrorCode.InvalidValue, "The precision must be fp32, fp16, int8 or int4.", "precision");
        if (request.BlockSize is not (16 or 32 or 64 or 128 or 256))
            throw new IngotException(ErrorCode.InvalidValue, $"The block size is {request.BlockSize}; it must be 16, 32, 64, 128 or 256.", "block-size");
    }
}
