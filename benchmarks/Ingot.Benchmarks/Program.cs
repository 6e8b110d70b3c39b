using BenchmarkDotNet.Running;
using Ingot.Benchmarks.Kernels;

// "kernels": a quick look with a stopwatch. Anything else goes to BenchmarkDotNet ("--filter *Matrix*").
switch (args.FirstOrDefault())
{
    case "kernels":
        KernelReport.Print(args[1..]);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(KernelReport).Assembly).Run(args);
        break;
}
