using Ingot.Engine.ModelFolders;
using Microsoft.Extensions.Logging;

namespace Ingot.Engine.Running;

/// <summary>Tells what of a folder's wishes was not done.</summary>
internal static class FolderNotes
{
    public static void Tell(ModelFolder folder, EngineOptions options, RunnerFacts facts, ILogger logger)
    {
        GenAiConfig config = folder.Config;
        if (facts.Provider is RunnerFacts.Cpu && config.ExecutionProviders.Any(provider => !provider.Equals(RunnerFacts.Cpu, StringComparison.OrdinalIgnoreCase)))
            logger.OtherProviders(options.Name, string.Join(", ", config.ExecutionProviders));
        if (facts.Runner is RunnerFacts.OnnxRuntime && config.Session.LeftOut.Count > 0)
            logger.OptionsLeftOut(options.Name, string.Join(", ", config.Session.LeftOut));
    }
}
