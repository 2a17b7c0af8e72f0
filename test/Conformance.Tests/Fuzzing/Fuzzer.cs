using System.Text;
using System.Text.Json;
using Berth.Clients;

namespace Berth.Conformance.Tests;

/// <summary>
/// Makes requests: a plausible one of an operation first, by its shapes in the model and the names of what is there, then
/// up to three changes for the worse. The same seed and the same names make the same requests.
/// </summary>
internal sealed class Fuzzer(OfficialModel model, FuzzedService service, FuzzNames names, Random random)
{
    private const int DeepEnough = 6;

    // A body beyond what is read at all is refused while it is still being sent, which not every sender gets to hear.
    private const int MostListBytes = 700_000;

    /// <summary>Strange texts. Each has been trouble to some server.</summary>
    private static readonly string[] Strange =
    [
        "", " ", "\0", "a\0b", "\ud800", "\udc00", "a\ud800b", "\udfff\ud800", "\uffff", "\ufeff", "\u202e", "👩‍👩‍👧‍👦", "Å", "A\u030a", "ß", "İ", "\n", "a\r\nX-Injected: 1", "\t", "\u0085",
        "*", "?", "/", "//", "a/b", "a/b/c", "a:b", ":", "a:0", "a:-1", "a:99999999999999999999", "a:1.5", "a:1:2", ".", "..", "../../../../etc/passwd", "-", "_", "--", "%", "%00", "%2e%2e", "\\", "\"", "'",
        "';drop table event;--", "${HOME}", "$(id)", "{}", "[]", "null", "true", "0", "-1", "1e9", "NaN", "0x10", "９", "١", "9223372036854775808", "arn", "arn:", "arn:aws:ecs", "arn:aws:ecs:::", "arn:aws:ecs:us-east-1:000000000000:",
        "arn:aws:ecs:us-east-1:000000000000:cluster/", "arn:aws:ecs:us-east-1:000000000000:cluster/a/b", "arn:aws:ecs:us-east-1:999999999999:cluster/default", "arn:aws:ecs:mars-1:000000000000:service/default/web",
        "arn:aws:ecs:us-east-1:000000000000:task/default/" + "0123456789abcdef0123456789abcdef", "arn:aws:ecs:us-east-1:000000000000:task-definition/web:1", "arn:aws:ecs:us-east-1:000000000000:task-set/a", "arn:aws:iam::000000000000:role/x",
        "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/x/0123456789abcdef", "AWS", "aws:x", "ecs-svc/1", "family:web", "attribute:x == y", "attribute:(", "not(", "a in [", "runningTasksCount >", "((((((((((((((((((((((((((((((((", "2026-01-01T00:00:00Z",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "2", "100", "101", "1000", "65535", "65536", "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "99999999999999999999999999",
        "0.5", "1.0", "1e2", "1E400", "-1e308", "1e-400", "12345678901234.5",
    ];

    private static readonly string[] WrongTypes = ["null", "true", "false", "1", "-1", "1.5", "\"text\"", "[]", "{}", "[[]]", "[{}]", "{\"a\":{}}", "[null]", "[1,\"a\",{}]"];

    private static readonly string[] Bodies =
    [
        "", " ", "null", "[]", "\"text\"", "1", "true", "{", "}", "{}{}", "{}x", "{\"a\"}", "{\"a\":}", "{,}", "{'cluster':'x'}", "{cluster:1}", "// c\n{}", "{/**/}", "{\"a\":1,}", "\ufeff{}", "NaN", "{\"cluster\":NaN}", "{\"cluster\":\"\0\"}",
        "<xml/>", "Action=ListClusters&Version=2014-11-13", "{\"\":1}", "{\"cluster\":\"\\u00\"}", "{\"cluster\":\"\\ud800\"}", "{\"\\ud800\":1}", "{\"cluster\":01}", "{\"cluster\":\"a\nb\"}", "{\"__type\":\"x\"}",
    ];

    private static readonly string?[] ContentTypes =
    [
        null, "", "text/plain", "application/json", "application/x-amz-json-1.0", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/x-amz-json-1.1; charset=utf-16", ";;;", "*/*",
    ];

    /// <summary>One request for an operation.</summary>
    public FuzzedRequest Make(string operation)
    {
        var changes = new List<string>();
        var known = names.Requests(operation);
        var draft = known.Count > 0 && random.Next(3) != 0 ? Extended(operation, Draft.Of(Any(known))) : Structure(operation, model.Input(operation), depth: 0);
        var count = random.Next(20) switch { < 3 => 0, < 14 => 1, < 18 => 2, _ => 3 };
        byte[]? body = null;
        var (target, contentType) = (service.Target(operation), (string?)service.ContentType);
        for (var change = 0; change < count; change++)
        {
            if (service.IsJson && random.Next(20) == 0)
            {
                (target, contentType) = ChangeEnvelope(target, contentType, changes);
            }
            else if (random.Next(12) == 0)
            {
                body = ChangeBytes(service.Body(operation, draft), changes);
            }
            else
            {
                Change(draft, changes);
            }
        }

        return new(operation, target, contentType, body ?? service.Body(operation, draft), changes);
    }

    private T Any<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    // --- plausible requests ---------------------------------------------------------------------------------------

    /// <summary>A request that is in order, now and then with a member or two more.</summary>
    private Draft Extended(string operation, Draft draft)
    {
        for (var more = random.Next(6) - 3; more > 0; more--)
        {
            var member = Any([.. model.Input(operation).GetProperty("members").EnumerateObject()]);
            if (draft.Members!.All(has => has.Name != member.Name))    // A request is an object.
            {
                draft.Members!.Add((service.NameOf(member), Value(operation, member.Name, member.Value, depth: 1)));
            }
        }

        return draft;
    }

    private Draft Structure(string operation, JsonElement shape, int depth)
    {
        var required = OfficialModel.Required(shape);
        var likely = random.Next(3) switch { 0 => 0.0, 1 => 0.15, _ => 0.4 };    // Bare ones get through, full ones get far.
        var members = new List<(string, Draft)>();
        if (shape.TryGetProperty("members", out var all))
        {
            foreach (var member in all.EnumerateObject())
            {
                if (required.Contains(member.Name) || FuzzNames.IsUsual(operation, member.Name) || (depth < DeepEnough && random.NextDouble() < likely))
                {
                    members.Add((service.NameOf(member), Value(operation, member.Name, member.Value, depth + 1)));
                }
            }
        }

        return Draft.Object(members);
    }

    private Draft Value(string operation, string name, JsonElement reference, int depth)
    {
        var shape = model.Resolve(reference);
        switch (OfficialModel.Type(shape))
        {
            case "structure":
                return Structure(operation, shape, depth);
            case "list":
                return Draft.List(Enumerable.Range(0, depth >= DeepEnough ? 0 : random.Next(8) switch { 0 => 0, < 6 => 1, 6 => 2, _ => 3 })
                    .Select(_ => Value(operation, name, shape.GetProperty("member"), depth + 1)).ToList());
            case "map":
                return Draft.Object(Enumerable.Range(0, random.Next(3)).Select(at => ($"key{at}", Value(operation, name, shape.GetProperty("value"), depth + 1))).ToList());
            case "boolean":
                return Draft.Truth(random.Next(2) == 0);
            case "timestamp":
                return Draft.Raw(Any(["1790000000", "1790000000.123", "0"]));
            case "integer" or "long" or "double" or "float":
                return Draft.Number(FuzzNames.Number(name) ?? Any([0, 1, 1, 2, 10, 80, 128, 256]));
            default:
                return shape.TryGetProperty("enum", out var values) && random.Next(10) != 0
                    ? Draft.Text(Any([.. values.EnumerateArray().Select(value => value.GetString()!)]))
                    : Draft.Text(names.Text(operation, name, random) ?? Any(["app", "web", "a", "x1", "10", "256", "512"]));
        }
    }

    // --- changes for the worse ------------------------------------------------------------------------------------

    private void Change(Draft draft, List<string> changes)
    {
        // Leaves and branches are as likely as each other, so that lists get their share.
        var all = draft.All().ToList();
        var objects = all.Where(part => part.Members is { Count: > 0 }).ToList();
        var values = all.Where(part => part.Token is not null).ToList();
        var texts = values.Where(part => part.Token![0] == '"').ToList();
        var numbers = values.Where(part => char.IsAsciiDigit(part.Token![0])).ToList();
        texts = texts.Count > 0 && random.Next(10) != 0 ? texts : values;
        numbers = numbers.Count > 0 && random.Next(5) != 0 ? numbers : values;
        var lists = all.Where(part => part.Items is { Count: > 0 }).ToList();
        switch (random.Next(14))
        {
            case 0:
                Any(all.Count > 1 ? all[1..] : all).Become(Draft.Raw(Any(WrongTypes)));
                changes.Add("wrong type");
                break;
            case 1 when objects.Count > 0:
                var robbed = Any(objects).Members!;
                var lost = random.Next(robbed.Count);
                changes.Add($"without {robbed[lost].Name}");
                robbed.RemoveAt(lost);
                break;
            case 2:
                (all.Find(part => part.Members is not null) ?? draft).Members?.Add((Any(["nonsense", "", "Cluster", "__proto__", "cluster\0", "$type", "\ud800"]), Draft.Raw(Any(WrongTypes))));
                changes.Add("unknown member");
                break;
            case 3 when objects.Count > 0:
                var doubled = Any(objects).Members!;
                var (name, value) = Any(doubled);
                doubled.Add((name, random.Next(2) == 0 ? value.Copy() : Draft.Raw(Any(WrongTypes))));
                changes.Add($"{name} twice");
                break;
            case 4 when texts.Count > 0:
                Any(texts).Become(Draft.Text(new string(Any(['a', 'é', '0', '/', ':', ' ', '(', '漢']), Any([129, 256, 257, 513, 1025, 4097, 65_537, 200_000]))));
                changes.Add("long text");
                break;
            case 5 when lists.Count > 0:
                var list = Any(lists).Items!;
                var item = list[0];
                var size = Math.Min(Any([11, 51, 101, 257, 1001, 5000]), 1 + (MostListBytes / item.ToString().Length));
                while (list.Count < size)
                {
                    list.Add(item.Copy());
                }

                changes.Add($"list of {size}");
                break;
            case 6 when numbers.Count > 0:
                Any(numbers).Become(Draft.Raw(Any(Numbers)));
                changes.Add("strange number");
                break;
            case 7:
                var (open, close) = Any([("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")]);
                var depth = Any([10, 30, 62, 63, 64, 65, 100, 1000, 20_000]);
                var nest = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
                if (random.Next(2) == 0 && draft.Members is not null)
                {
                    draft.Members.Add(("nest", Draft.Raw(nest)));
                }
                else
                {
                    Any(all).Become(Draft.Raw(nest));
                }

                changes.Add($"nested {depth} deep");
                break;
            case 8 when texts.Count > 0:
                var cased = Any(texts);
                cased.Become(Draft.Raw(random.Next(2) == 0 ? cased.Token!.ToUpperInvariant() : cased.Token!.ToLowerInvariant()));
                changes.Add("other case");
                break;
            case 9 when texts.Count > 1:
                var borrower = Any(texts);
                borrower.Become(Any(texts).Copy());
                changes.Add("another's value");
                break;
            case 10 when all.Count > 1:
                Any(all[1..]).Become(Draft.Raw(Any(["null", "\"\"", "[]", "{}"])));
                changes.Add("emptied");
                break;
            case 11 when texts.Count > 0:
                var torn = Any(texts);
                var text = torn.Token!.Trim('"');
                torn.Become(Draft.Raw($"\"{(text.Length == 0 || text.Contains('\\', StringComparison.Ordinal) ? "x" : text[..random.Next(text.Length)])}\""));
                changes.Add("cut text");
                break;
            default:
                if (texts.Count > 0)
                {
                    Any(texts).Become(Draft.Text(Any(Strange)));
                    changes.Add("strange text");
                }

                break;
        }
    }

    private byte[] ChangeBytes(byte[] whole, List<string> changes)
    {
        switch (random.Next(6))
        {
            case 0:
                changes.Add("cut body");
                return whole[..random.Next(whole.Length)];
            case 1:
                changes.Add("broken byte");
                whole[random.Next(whole.Length)] = (byte)random.Next(256);
                return whole;
            case 2:
                changes.Add("not UTF-8");
                var at = random.Next(whole.Length);
                return [.. whole[..at], 0xC3, 0x28, 0xFF, .. whole[at..]];
            case 3 when random.Next(10) == 0:
                changes.Add("more than 1 MiB");
                return Encoding.UTF8.GetBytes($"{{\"x\":\"{new string('x', 1 << 20)}\"}}");
            case 4:
                changes.Add("twice over");
                return [.. whole, .. whole];
            default:
                changes.Add("another body");
                return Encoding.UTF8.GetBytes(Any(Bodies));
        }
    }

    private (string? Target, string? ContentType) ChangeEnvelope(string? target, string? contentType, List<string> changes)
    {
        switch (random.Next(4))
        {
            case 0:
                changes.Add("another target");
                return (Any(["", ".", "x", service.Target(""), service.Target("Nonsense"), service.Target("ListClusters") + " ", service.Target("listClusters"), "Logs_20140328.DescribeLogGroups", new string('x', 5000)]), contentType);
            case 1:
                changes.Add("no target");
                return (null, service.ContentType);
            default:
                changes.Add("another content type");
                return (target ?? service.Target("ListClusters"), Any(ContentTypes));
        }
    }
}
