using System.Globalization;
using Ingot.Protocol;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Foundry;

/// <summary>Which graphics processor is used, where there are several.</summary>
internal static class FoundryGpuEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapFoundryGpu(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openai/getgpudevice", Get).Describe(new WireOperation("getGpuDevice", "Foundry", "Tells the number of the graphics processor that was chosen; 0 unless another was, and where there is none.")
        {
            Response = typeof(int),
        });
        routes.MapGet("/openai/setgpudevice/{deviceId}", Set).Describe(new WireOperation("setGpuDevice", "Foundry", "Chooses the graphics processor for models that are loaded from now on, 0 to 255, and keeps the choice.")
        {
            ChangesModels = true,
        });
    }

    private static JsonHttpResult<int> Get(GpuDeviceFile file) => TypedResults.Json(file.Read(), WireJson.For<int>());

    private static Ok Set(string deviceId, HttpContext context, GpuDeviceFile file, CallerRights rights)
    {
        QueryValues.Read(context.Request, []);
        if (!int.TryParse(deviceId, NumberStyles.None, CultureInfo.InvariantCulture, out int device) || device > GpuDeviceFile.Most)
            throw ChatMapper.Invalid("deviceId", $"must be a whole number from 0 to {GpuDeviceFile.Most}");
        rights.EnsureMayUseAll(context);
        file.Write(device);
        return TypedResults.Ok();
    }
}
