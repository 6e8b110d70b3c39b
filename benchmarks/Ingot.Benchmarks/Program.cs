using BenchmarkDotNet.Running;
using Ingot.Benchmarks.Comparison;
using Ingot.Benchmarks.Comparison.Http;
using Ingot.Benchmarks.Constraints;
using Ingot.Benchmarks.Embeddings;
using Ingot.Benchmarks.EndToEnd;
using Ingot.Benchmarks.Gateway;
using Ingot.Benchmarks.Kernels;
using Ingot.Benchmarks.Load;
using Ingot.Benchmarks.Server;
using Ingot.Benchmarks.Speculation;
using Ingot.Benchmarks.Tokenizers;

// "kernels", "tokenizer", "constraints", "schema-decode", "end-to-end", "compare", "profile", "sampler", "wide", "speculation", "gaps", "users", "two-models", "loading", "embeddings", "server", "gateway", "responses" and "streaming": a quick look with a stopwatch. Anything else goes to BenchmarkDotNet ("--filter *Matrix*").
switch (args.FirstOrDefault())
{
    case "kernels":
        KernelReport.Print(args[1..]);
        break;
    case "tokenizer":
        TokenizerReport.Print(args[1..]);
        break;
    case "constraints":
        ConstraintReport.Print(args[1..]);
        break;
    case "schema-decode":
        await SchemaDecode.PrintAsync(args[1..]);
        break;
    case "end-to-end":
        await EndToEndReport.PrintAsync(args[1..]);
        break;
    case "compare":
        await CompareReport.PrintAsync(args[1..]);
        break;
    case "profile":
        await ProfileReport.PrintAsync(args[1..]);
        break;
    case "sampler":
        await SamplerReport.PrintAsync(args[1..]);
        break;
    case "shares":
        ShareReport.Print(args[1..]);
        break;
    case "wide":
        WideReport.Print(args[1..]);
        break;
    case "speculation":
        await SpeculationReport.PrintAsync(args[1..]);
        break;
    case "gaps":
        await GapReport.PrintAsync(args[1..]);
        break;
    case "users":
        await UserReport.PrintAsync(args[1..]);
        break;
    case "two-models":
        await TwoModelReport.PrintAsync(args[1..]);
        break;
    case "loading":
        LoadingReport.Print(args[1..]);
        break;
    case "embeddings":
        await EmbeddingReport.PrintAsync(args[1..]);
        break;
    case "server":
        await ServerReport.PrintAsync(args[1..]);
        break;
    case "gateway":
        await GatewayReport.PrintAsync(args[1..]);
        break;
    case ComparedService.Mode:
        await ComparedService.ServeAsync(args[1..]);
        break;
    case ChildService.Mode:
        await ChildService.ServeAsync(args[1..]);
        break;
    case "responses":
        await ResponseReport.PrintAsync();
        break;
    case "streaming":
        await StreamingCost.PrintAsync(args[1..]);
        break;
    case ClientProcess.Mode:
        await StreamClient.AnswerAsync(args[1..]);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(KernelReport).Assembly).Run(args);
        break;
}
