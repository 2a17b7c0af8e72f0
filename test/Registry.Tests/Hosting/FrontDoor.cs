using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests;

/// <summary>Just enough of the front door for the AWS CLI: JSON 1.1 without a look at the signature.</summary>
internal static class FrontDoor
{
    public static async Task HandleAsync(HttpContext http)
    {
        var service = http.RequestServices.GetRequiredService<AwsService>();
        var target = http.Request.Headers["X-Amz-Target"].ToString().Split('.');
        http.Response.ContentType = "application/x-amz-json-1.1";
        try
        {
            target[0].ShouldBe(service.Target);
            var operation = service.Operations[target[1]];
            var request = await JsonSerializer.DeserializeAsync(http.Request.Body, operation.Request);
            var response = await operation.Invoke(request!, RegistryServer.Caller(http.Request.Host.Value!), http.RequestAborted);
            await JsonSerializer.SerializeAsync(http.Response.Body, response, operation.Response!);
        }
        catch (AwsException failure)
        {
            await FailAsync(http, failure.Code, failure.Status, failure.Message, failure.Members);
        }
        catch (RefusedException failure)
        {
            await FailAsync(http, failure.Code, 400, failure.Message, new Dictionary<string, JsonNode?>());
        }
    }

    private static Task FailAsync(HttpContext http, string code, int status, string message, IReadOnlyDictionary<string, JsonNode?> members)
    {
        http.Response.StatusCode = status;
        var body = new JsonObject { ["__type"] = code, ["message"] = message };
        foreach (var (name, value) in members)
        {
            body[name] = value;
        }

        return http.Response.WriteAsync(body.ToJsonString());
    }
}
