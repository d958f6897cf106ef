package discover
import ("testing";"time";"strings";"fmt")
func TestZZ(t *testing.T){
 for _, body := range []string{strings.Repeat("a.",4<<20)+"b=1", "["+strings.Repeat("a.",4<<20)+"b]", strings.Repeat("a.",4<<20)} {
   s:=time.Now(); _,err:=parseTOML([]byte(body)); fmt.Println(time.Since(s),err)
 }
 // many distinct keys: get() is linear
 var b strings.Builder
 for i:=0;i<300000;i++{ fmt.Fprintf(&b,"k%d = 1\n",i)}
 s:=time.Now(); _,err:=parseTOML([]byte(b.String())); fmt.Println("keys",b.Len(),time.Since(s),err)
 b.Reset(); for i:=0;i<300000;i++{ fmt.Fprintf(&b,"[k%d]\n",i)}
 s=time.Now(); _,err=parseTOML([]byte(b.String())); fmt.Println("tables",b.Len(),time.Since(s),err)
}
