namespace Ingot.Models.Download;

/// <summary>
/// Turns a downloaded Hugging Face checkpoint (config, safetensors, tokenizer) into an ONNX model folder. Given from
/// outside, since this project knows models but not how they are made.
/// </summary>
public interface ICheckpointCompiler
{
    /// <summary>Refuses a checkpoint that cannot be compiled, by its small files alone: before gigabytes are fetched.</summary>
    /// <param name="checkpointFolder">The folder; its weights need not be there.</param>
    /// <exception cref="Errors.IngotException">Its architecture is not known.</exception>
    void Check(string checkpointFolder);

    /// <summary>Compiles.</summary>
    /// <param name="checkpointFolder">The checkpoint, whole.</param>
    /// <param name="modelFolder">The folder to make; it does not exist, and appears whole or not at all.</param>
    /// <param name="percent">Told the progress, 0 to 100.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="Errors.IngotException">The checkpoint is at fault; the message names file and field.</exception>
    Task CompileAsync(string checkpointFolder, string modelFolder, IProgress<double> percent, CancellationToken cancellationToken);
}
