using Microsoft.AspNetCore.Http;

namespace Berth.Agent;

/// <summary>Answers the requests of containers.</summary>
internal sealed class ContainerRequests(TaskEngine engine, RoleCredentialsStore roles, AgentSession session, SignedClient client, DockerEngine docker)
{
    public Task HandleAsync(HttpContext context)
    {
        _ = (engine, roles, session, client, docker);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
