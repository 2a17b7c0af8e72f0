using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

internal sealed record GetUserInput(string? UserName);

internal sealed record GetUserOutput(UserShape User);

/// <summary>Tells the caller of itself. Users are the keys of the installation, so nothing is known of another one.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html</remarks>
internal sealed class GetUser() : IOperation<GetUserInput, GetUserOutput>
{
    public ValueTask<GetUserOutput> HandleAsync(GetUserInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var principal = context.PrincipalArn;
        var resource = principal[(principal.LastIndexOf(':') + 1)..];
        var name = resource.StartsWith("user/", StringComparison.Ordinal) ? resource[(resource.LastIndexOf('/') + 1)..] : null;
        if (name is null && resource != "root" && request.UserName is null)
        {
            throw Invalid.Error("Must specify userName when calling with non-User credentials");
        }

        if (request.UserName is { } wanted && Invalid.Name(wanted, "userName") != name)
        {
            throw IdentityRefusal.NoSuchEntity($"The user with name {wanted} cannot be found.");
        }

        var path = name is null ? "/" : resource["user".Length..^name.Length];
        return ValueTask.FromResult(new GetUserOutput(new(path, name, CallerId.Of(context), principal, DateTimeOffset.UnixEpoch)));
    }
}
