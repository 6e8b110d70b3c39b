using Ingot.Server.Errors;

namespace Ingot.Server.Security;

/// <summary>What every request passes before anybody asks who it is or what it wants.</summary>
internal static class Edge
{
    /// <summary>Puts the checks in their order: first what every answer carries, then what gives refusals their form, then who may come in at all.</summary>
    public static void UseEdge(this IApplicationBuilder application)
    {
        application.UseMiddleware<RequestIdMiddleware>();
        application.UseMiddleware<ErrorMiddleware>();
        application.UseMiddleware<FramingCheck>();
        application.UseMiddleware<MethodCheck>();
        application.UseMiddleware<AddressCheck>();
        application.UseMiddleware<HostCheck>();
        application.UseMiddleware<OriginCheck>();
    }
}
