using System.Text.Json.Nodes;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Http;

namespace Berth.Api;

/// <summary>Proves who an agent's WebSocket upgrade is from.</summary>
internal static class AgentUpgrade
{
    /// <summary>The instance an upgrade is for, when it is a signed upgrade of a known cluster; null after having answered why not.</summary>
    public static async ValueTask<(IStream<ClusterAggregate, ClusterState> Stream, string InstanceId)?> AcceptAsync(
        HttpContext http, string? containerInstanceArn, IStreamDirectory<ClusterAggregate, ClusterState> clusters, SigV4Verifier verifier)
    {
        SignedCaller caller;
        try
        {
            caller = verifier.Verify(http.Request);
        }
        catch (SignatureException unproven)
        {
            await RefuseAsync(http, 403, "AccessDeniedException", unproven.Message).ConfigureAwait(false);
            return null;
        }

        if (!http.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(http, 400, "BadRequestException", "This address takes WebSocket upgrades.").ConfigureAwait(false);
            return null;
        }

        // arn:aws:ecs:REGION:ACCOUNT:container-instance/CLUSTER/ID
        var parts = (containerInstanceArn ?? "").Split('/');
        if (parts.Length != 3 || caller.Service != "ecs")
        {
            await RefuseAsync(http, 400, "BadRequestException", "containerInstanceArn must be a container instance's ARN.").ConfigureAwait(false);
            return null;
        }

        try
        {
            var stream = await clusters.FindAsync(StreamId.Cluster(caller.Key.AccountId, caller.Region, parts[1]), http.RequestAborted).ConfigureAwait(false);
            if (stream is not null)
            {
                return (stream, parts[2]);
            }

            await RefuseAsync(http, 400, "InvalidClusterException", "Cluster not found.").ConfigureAwait(false);
        }
        catch (StreamUnavailableException unavailable)
        {
            await RefuseAsync(http, 500, "ServerException", unavailable.Message).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Answers an upgrade with a reason instead.</summary>
    public static Task RefuseAsync(HttpContext http, int status, string type, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(new JsonObject { [type] = message }.ToJsonString(), http.RequestAborted);
    }
}
